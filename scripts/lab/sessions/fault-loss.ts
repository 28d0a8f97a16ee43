import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { quicAttempt, tlsAttempt } from "../apple/attempts.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import { loadFirewall } from "../apple/firewall.ts";
import { fetchByQuic, QUIC_V1, startQuicService } from "../apple/quic.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { icloudGateway, store, privateRelay } = APPLE_HOSTS;

export const session: LabSession = {
  name: "fault-loss",
  about:
    "Every fifth packet is lost on the router: DNS asked again, TCP and QUIC sent again, and all of it works",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "nftables", "ngtcp2-client", "ngtcp2-server"],
  rows: [],
  format: "pcap",
  withRouter: true,
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [icloudGateway, store, privateRelay]);
    await startWebServer(lab, [{ host: icloudGateway }, { host: store }], certificates);
    await startQuicService(lab, privateRelay, "ipv4", certificates);
    await loadFirewall(lab, ["numgen inc mod 5 == 4 drop"]);
    const { authority } = certificates;
    for (const [host, family] of [
      [icloudGateway, "ipv4"],
      [store, "ipv6"],
      [store, "ipv4"],
    ] as const) {
      await lookUp(lab, host.name, family);
      await fetchFrom(lab, host, "https", { family, authority, limitSeconds: 15 });
      lab.expects(tlsAttempt(host, family, { alpn: ["h2", "http/1.1"] }));
    }
    await lookUp(lab, privateRelay.name);
    await fetchByQuic(lab, privateRelay, "ipv4", QUIC_V1);
    lab.expects(quicAttempt(privateRelay, "ipv4"));
  },
};
