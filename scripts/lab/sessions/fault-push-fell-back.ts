import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt, unansweredTlsAttempt } from "../apple/attempts.ts";
import { fetchFrom, lookUp, openTlsByOpenssl } from "../apple/clients.ts";
import { loadFirewall } from "../apple/firewall.ts";
import { startTlsService } from "../apple/python-programs.ts";
import type { LabSession } from "../lab.ts";

const { courier } = APPLE_HOSTS;
const ALPN = "apns-security-v3";

export const session: LabSession = {
  name: "fault-push-fell-back",
  about:
    "Push blocked on 5223 (dropped over IPv4, refused over IPv6), then the same courier on 443, which works",
  packages: ["bind9", "bind9-dnsutils", "curl", "openssl", "nftables", "python3"],
  rows: [],
  format: "pcapng",
  withRouter: true,
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [courier]);
    const listens = [courier.ipv4, courier.ipv6].flatMap((address) => [
      { address, port: 5223 },
      { address, port: 443 },
    ]);
    await startTlsService(lab, listens, certificates, ["--alpn", ALPN]);
    await loadFirewall(lab, [
      "meta nfproto ipv4 tcp dport 5223 drop",
      "meta nfproto ipv6 tcp dport 5223 reject with tcp reset",
    ]);
    for (const [family, verdict, because] of [
      ["ipv4", "unanswered", "the router drops TCP to port 5223"],
      ["ipv6", "refused", "the router answers TCP to port 5223 with RST"],
    ] as const) {
      await lookUp(lab, courier.name, family);
      await fetchFrom(lab, courier, "https", { family, port: 5223, limitSeconds: 4, fails: true });
      await openTlsByOpenssl(lab, courier, 443, certificates, { family, alpn: ALPN });
      const fellBackTo = { transport: "tcp", address: courier[family], port: 443 } as const;
      lab.expects(unansweredTlsAttempt(courier, family, { port: 5223, verdict, because, fellBackTo }));
      lab.expects(tlsAttempt(courier, family, { alpn: [ALPN] }));
    }
  },
};
