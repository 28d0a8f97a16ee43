import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { askStun, callWithRtp, startStunService } from "../apple/calls.ts";
import { lookUp, openTlsByOpenssl } from "../apple/clients.ts";
import { loadFirewall, loadFirewallOnClient } from "../apple/firewall.ts";
import { startTlsService } from "../apple/python-programs.ts";
import type { LabSession } from "../lab.ts";

const { courier, mediaRelay } = APPLE_HOSTS;
const ALPN = "apns-security-v3";
const FROM_CLIENT_ONLY = 16_384;
const FROM_SERVER_ONLY = 16_386;

export const session: LabSession = {
  name: "fault-udp-one-way",
  about:
    "A call whose push works and whose media do not: STUN's answers dropped, RTP let through in one direction only",
  packages: ["bind9", "bind9-dnsutils", "openssl", "nftables", "coturn", "python3"],
  rows: [],
  format: "pcapng",
  withRouter: true,
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [courier, mediaRelay]);
    await startTlsService(lab, [{ address: courier.ipv4, port: 5223 }], certificates, ["--alpn", ALPN]);
    await startStunService(lab, mediaRelay);
    await loadFirewall(lab, [
      `udp sport { 3478, ${FROM_CLIENT_ONLY} } ip saddr ${mediaRelay.ipv4} drop`,
      `udp sport { 3478, ${FROM_CLIENT_ONLY} } ip6 saddr ${mediaRelay.ipv6} drop`,
    ]);
    await loadFirewallOnClient(lab, [`udp dport ${FROM_SERVER_ONLY} drop`]);

    await lookUp(lab, courier.name);
    await openTlsByOpenssl(lab, courier, 5223, certificates, { alpn: ALPN });
    lab.expects(tlsAttempt(courier, "ipv4", { port: 5223, alpn: [ALPN] }));
    await askStun(lab, mediaRelay, "ipv4", { fails: true });
    lab.expects({
      ...{ transport: "udp", address: mediaRelay.ipv4, port: 3478, verdict: "unanswered" },
      because: "the router drops the relay's answers: the recorder, before the router, sees requests only",
    });
    for (const address of [mediaRelay.ipv4, mediaRelay.ipv6]) {
      await callWithRtp(lab, address, FROM_CLIENT_ONLY, "server");
      lab.expects({
        ...{ transport: "udp", address, port: FROM_CLIENT_ONLY, verdict: "one-way" },
        because: "the router drops what the relay sends: 25 packets of RTP go out, none comes",
      });
      await callWithRtp(lab, address, FROM_SERVER_ONLY, "client");
      lab.expects({
        ...{ transport: "udp", address, port: FROM_SERVER_ONLY, verdict: "one-way" },
        because: "the client's own firewall drops what it sends: 25 packets of RTP come, none goes out",
      });
    }
  },
};
