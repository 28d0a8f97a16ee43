import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import { loadFirewall } from "../apple/firewall.ts";
import { startTlsService } from "../apple/python-programs.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { courier, identity } = APPLE_HOSTS;

export const session: LabSession = {
  name: "fault-half-open",
  about:
    "Connections that stay half open, recorded at the server: SYN+ACKs that get lost on the way, over IPv4 and IPv6",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "nftables", "python3"],
  rows: [],
  format: "pcap",
  withRouter: true,
  recordsAt: "server",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [courier, identity]);
    await startWebServer(lab, [{ host: identity }], certificates);
    await startTlsService(lab, [{ address: courier.ipv4, port: 5223 }], certificates);
    await loadFirewall(lab, ["tcp sport { 443, 5223 } tcp flags & (syn | ack) == syn | ack drop"]);
    await lookUp(lab, courier.name);
    await lookUp(lab, identity.name, "ipv6");
    await Promise.all([
      fetchFrom(lab, courier, "https", { port: 5223, limitSeconds: 5, fails: true }),
      fetchFrom(lab, identity, "https", { family: "ipv6", limitSeconds: 5, fails: true }),
    ]);
    const because = "the router drops the server's SYN+ACKs: the handshake is never completed";
    lab.expects({
      ...{
        transport: "tcp",
        address: courier.ipv4,
        port: 5223,
        lookedUp: [courier.name],
        verdict: "one-way",
        because,
      },
    });
    lab.expects({
      ...{
        transport: "tcp",
        address: identity.ipv6,
        port: 443,
        lookedUp: [identity.name],
        verdict: "one-way",
        because,
      },
    });
  },
};
