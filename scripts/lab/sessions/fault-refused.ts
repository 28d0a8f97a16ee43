import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt, unansweredTlsAttempt } from "../apple/attempts.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import { loadFirewall } from "../apple/firewall.ts";
import { startTlsService } from "../apple/python-programs.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { courier, icloudGateway, store } = APPLE_HOSTS;

export const session: LabSession = {
  name: "fault-refused",
  about:
    "TCP refused: a firewall answers SYNs to 5223 with RST, and a host on which nothing listens does so itself",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "nftables", "python3"],
  rows: [],
  format: "pcap",
  withRouter: true,
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [courier, icloudGateway, store]);
    await startWebServer(lab, [{ host: icloudGateway }], certificates);
    const couriers = [courier.ipv4, courier.ipv6].map((address) => ({ address, port: 5223 }));
    await startTlsService(lab, couriers, certificates);
    await loadFirewall(lab, ["tcp dport 5223 reject with tcp reset"]);

    for (const family of ["ipv4", "ipv6"] as const) {
      await lookUp(lab, courier.name, family);
      await fetchFrom(lab, courier, "https", { port: 5223, family, fails: true });
      const rejected = {
        port: 5223,
        verdict: "refused",
        because: "the router answers TCP to port 5223 with RST",
      } as const;
      lab.expects(unansweredTlsAttempt(courier, family, rejected));
      await lookUp(lab, store.name, family);
      await fetchFrom(lab, store, "https", { family, fails: true });
      lab.serves(lab.server, {
        transport: "tcp",
        port: 443,
        program: "none: nothing listens",
        address: store[family],
      });
      const closed = { verdict: "refused", because: "nothing listens on the host" } as const;
      lab.expects(unansweredTlsAttempt(store, family, closed));
      await lookUp(lab, icloudGateway.name, family);
      await fetchFrom(lab, icloudGateway, "https", { family, authority: certificates.authority });
      lab.expects(tlsAttempt(icloudGateway, family, { alpn: ["h2", "http/1.1"] }));
    }
  },
};
