import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { quicAttempt, tlsAttempt } from "../apple/attempts.ts";
import { askStun, startStunService } from "../apple/calls.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import { loadFirewall } from "../apple/firewall.ts";
import { fetchByQuic, QUIC_V1, startQuicService } from "../apple/quic.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { privateRelay, privateRelayTcp, mediaRelay } = APPLE_HOSTS;

export const session: LabSession = {
  name: "fault-udp-dropped",
  about:
    "A firewall drops UDP to 443, 3478 and 53/IPv6: QUIC, STUN and DNS without an answer; Private Relay falls back to TCP",
  packages: [
    "bind9",
    "bind9-dnsutils",
    "nginx",
    "curl",
    "nftables",
    "coturn",
    "ngtcp2-client",
    "ngtcp2-server",
  ],
  rows: [],
  format: "pcap",
  withRouter: true,
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [privateRelay, privateRelayTcp, mediaRelay]);
    await startQuicService(lab, privateRelay, "ipv4", certificates);
    await startWebServer(lab, [{ host: privateRelayTcp }], certificates);
    await startStunService(lab, mediaRelay);
    await loadFirewall(lab, ["udp dport { 443, 3478 } drop", "meta nfproto ipv6 udp dport 53 drop"]);

    await lookUp(lab, privateRelay.name);
    await fetchByQuic(lab, privateRelay, "ipv4", QUIC_V1, { fails: true });
    await lookUp(lab, privateRelayTcp.name);
    await fetchFrom(lab, privateRelayTcp, "https", { authority: certificates.authority });
    const fellBackTo = { transport: "tcp", address: privateRelayTcp.ipv4, port: 443 } as const;
    const because = "the router drops UDP to ports 443 and 3478";
    lab.expects(quicAttempt(privateRelay, "ipv4", { verdict: "unanswered", because, fellBackTo }));
    lab.expects(tlsAttempt(privateRelayTcp, "ipv4", { alpn: ["h2", "http/1.1"] }));
    await Promise.all([
      askStun(lab, mediaRelay, "ipv4", { fails: true }),
      askStun(lab, mediaRelay, "ipv6", { fails: true }),
    ]);
    for (const address of [mediaRelay.ipv4, mediaRelay.ipv6]) {
      lab.expects({ transport: "udp", address, port: 3478, verdict: "unanswered", because });
    }
    await lookUp(lab, privateRelayTcp.name, "ipv6", ["AAAA"], "none");
    lab.expects({
      ...{ transport: "udp", address: lab.server.ipv6, port: 53, verdict: "unanswered" },
      because: "the router drops UDP to port 53 over IPv6",
    });
  },
};
