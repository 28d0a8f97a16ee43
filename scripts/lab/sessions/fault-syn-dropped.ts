import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt, unansweredTlsAttempt } from "../apple/attempts.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import { loadFirewall } from "../apple/firewall.ts";
import { startTlsService } from "../apple/python-programs.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { courier, identity, other } = APPLE_HOSTS;

export const session: LabSession = {
  name: "fault-syn-dropped",
  about:
    "A firewall drops the SYNs to 5223 and to Apple's HTTPS: retransmissions and no answer; another host works",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "nftables", "python3"],
  rows: [],
  format: "pcapng",
  withRouter: true,
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [courier, identity, other]);
    await startWebServer(lab, [{ host: identity }, { host: other }], certificates);
    const couriers = [courier.ipv4, courier.ipv6].map((address) => ({ address, port: 5223 }));
    await startTlsService(lab, couriers, certificates);
    await loadFirewall(lab, ["tcp dport 5223 drop", "ip daddr 17.0.0.0/8 tcp dport 443 drop"]);

    await lookUp(lab, courier.name);
    await lookUp(lab, identity.name);
    await lookUp(lab, other.name, "ipv6");
    const { authority } = certificates;
    await Promise.all([
      fetchFrom(lab, courier, "https", { port: 5223, limitSeconds: 5, fails: true }),
      fetchFrom(lab, courier, "https", { port: 5223, family: "ipv6", limitSeconds: 5, fails: true }),
      fetchFrom(lab, identity, "https", { limitSeconds: 5, fails: true }),
    ]);
    await fetchFrom(lab, identity, "https", { authority, family: "ipv6" });
    await fetchFrom(lab, other, "https", { authority, family: "ipv6" });
    const dropped = "the router drops TCP to port 5223";
    lab.expects(unansweredTlsAttempt(courier, "ipv4", { port: 5223, because: dropped }));
    lab.expects(unansweredTlsAttempt(courier, "ipv6", { port: 5223, because: dropped }));
    lab.expects(
      unansweredTlsAttempt(identity, "ipv4", { because: "the router drops TCP to 17.0.0.0/8 port 443" }),
    );
    lab.expects(tlsAttempt(identity, "ipv6", { alpn: ["h2", "http/1.1"] }));
    lab.expects(tlsAttempt(other, "ipv6", { alpn: ["h2", "http/1.1"] }));
  },
};
