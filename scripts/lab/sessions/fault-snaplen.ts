import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt, withoutNames } from "../apple/attempts.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import { fetchByQuic, QUIC_V1, startQuicService } from "../apple/quic.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { icloudGateway, store, captivePortal, privateRelay } = APPLE_HOSTS;

export const session: LabSession = {
  name: "fault-snaplen",
  about:
    "HTTPS, HTTP, QUIC and DNS with 96 bytes kept of each packet: ports are there, most names are cut off",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "ngtcp2-client", "ngtcp2-server"],
  rows: ["53/udp", "80/tcp", "443/tcp"],
  format: "pcapng",
  snaplen: 96,
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [icloudGateway, store, captivePortal, privateRelay]);
    const web = [{ host: icloudGateway }, { host: store }, { host: captivePortal, ports: [80] }];
    await startWebServer(lab, web, certificates);
    await startQuicService(lab, privateRelay, "ipv4", certificates);
    const { authority } = certificates;
    for (const [host, family] of [
      [icloudGateway, "ipv4"],
      [store, "ipv6"],
    ] as const) {
      await lookUp(lab, host.name, family);
      await fetchFrom(lab, host, "https", { family, authority });
      // The client did send them, but the capture does not contain them.
      lab.expects(withoutNames(tlsAttempt(host, family)));
    }
    await lookUp(lab, captivePortal.name);
    await fetchFrom(lab, captivePortal, "http", { agent: "CaptiveNetworkSupport" });
    lab.expects({
      transport: "tcp",
      address: captivePortal.ipv4,
      port: 80,
      lookedUp: [captivePortal.name],
      verdict: "works",
    });
    await lookUp(lab, privateRelay.name);
    await fetchByQuic(lab, privateRelay, "ipv4", QUIC_V1);
    lab.expects({
      transport: "udp",
      address: privateRelay.ipv4,
      port: 443,
      lookedUp: [privateRelay.name],
      verdict: "works",
    });
  },
};
