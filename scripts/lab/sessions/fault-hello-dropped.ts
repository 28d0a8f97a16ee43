import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import { loadFirewall } from "../apple/firewall.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { identity, store } = APPLE_HOSTS;

export const session: LabSession = {
  name: "fault-hello-dropped",
  about:
    "Handshakes that complete and then nothing: a filter lets SYNs through and drops what the client sends after them",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "nftables"],
  rows: [],
  format: "pcapng",
  withRouter: true,
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [identity, store]);
    await startWebServer(lab, [{ host: identity }, { host: store }], certificates);
    await loadFirewall(lab, ["ip daddr 17.0.0.0/8 tcp dport 443 tcp flags & syn != syn drop"]);
    await lookUp(lab, identity.name);
    await fetchFrom(lab, identity, "https", { limitSeconds: 5, fails: true });
    const because = "the router drops all packets to Apple but SYNs: the ClientHello is sent again and again";
    lab.expects(tlsAttempt(identity, "ipv4", { verdict: "unanswered", because, alpn: ["h2", "http/1.1"] }));
    await lookUp(lab, store.name, "ipv6");
    await fetchFrom(lab, store, "https", { family: "ipv6", authority: certificates.authority });
    lab.expects(tlsAttempt(store, "ipv6", { alpn: ["h2", "http/1.1"] }));
  },
};
