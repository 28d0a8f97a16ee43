import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { unansweredTlsAttempt } from "../apple/attempts.ts";
import { type AddressFamily, fetchFrom, lookUp } from "../apple/clients.ts";
import { exchangeEcho } from "../apple/python-programs.ts";
import type { LabSession } from "../lab.ts";

const { courier, icloudGateway, softwareUpdate } = APPLE_HOSTS;

export const session: LabSession = {
  name: "fault-server-down",
  about:
    "Servers that are down: a host without the service (RST), a host that is silent, a host that is not there (ICMP)",
  packages: ["bind9", "bind9-dnsutils", "curl", "python3"],
  rows: [],
  format: "pcap",
  withRouter: true,
  async run(lab) {
    await startAppleNetwork(lab, [courier, icloudGateway, softwareUpdate]);
    // The courier's host is up without its service, the gateway's address is on no host, and the third is not on the link.
    for (const address of [icloudGateway.ipv4, icloudGateway.ipv6]) {
      await lab.server.exec(["ip", "address", "del", address, "dev", "eth0"]);
    }
    for (const [option, address] of [
      ["-4", softwareUpdate.ipv4],
      ["-6", softwareUpdate.ipv6],
    ] as const) {
      await lab.router?.exec(["ip", option, "route", "add", address, "dev", "eth1"]);
      await lab.server.exec(["ip", "address", "del", address, "dev", "eth0"]);
    }
    const reach = async (family: AddressFamily) => {
      await lookUp(lab, courier.name, family);
      await fetchFrom(lab, courier, "https", { family, port: 5223, limitSeconds: 4, fails: true });
      const refused = {
        port: 5223,
        verdict: "refused",
        because: "the host is up and nothing listens",
      } as const;
      lab.expects(unansweredTlsAttempt(courier, family, refused));
      await lookUp(lab, icloudGateway.name, family);
      await fetchFrom(lab, icloudGateway, "https", { family, limitSeconds: 4, fails: true });
      lab.expects(
        unansweredTlsAttempt(icloudGateway, family, {
          because: "no host has the address; the last hop is silent",
        }),
      );
      await lookUp(lab, softwareUpdate.name, family);
      await fetchFrom(lab, softwareUpdate, "https", { family, limitSeconds: 7, fails: true });
      const because =
        "the host is off: the router's ARP or neighbour discovery fails, and it says host unreachable";
      lab.expects(unansweredTlsAttempt(softwareUpdate, family, { verdict: "prohibited", because }));
    };
    await Promise.all([reach("ipv4"), reach("ipv6")]);
    // UDP to a port without a listener: the host itself answers with port unreachable.
    await exchangeEcho(lab, { transport: "udp", address: courier.ipv4, port: 3478, rounds: 2, fails: true });
    const because = "nothing listens on the host, which says port unreachable itself";
    lab.expects({ transport: "udp", address: courier.ipv4, port: 3478, verdict: "prohibited", because });
  },
};
