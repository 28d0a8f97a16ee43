import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { quicAttempt, tlsAttempt } from "../apple/attempts.ts";
import { fetchFrom, lookUp } from "../apple/clients.ts";
import { startPacketRelay } from "../apple/packet-relay.ts";
import { openTlsByPython } from "../apple/python-programs.ts";
import { fetchByQuic, QUIC_V1, startQuicService } from "../apple/quic.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { icloudGateway, softwareUpdate, privateRelay } = APPLE_HOSTS;

export const session: LabSession = {
  name: "fault-reordered",
  about:
    "Packets out of order and doubled by a relay on the router, recorded at the server: TLS (also in segments), QUIC, DNS",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl", "python3", "ngtcp2-client", "ngtcp2-server"],
  rows: [],
  format: "pcapng",
  withRouter: true,
  recordsAt: "server",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [icloudGateway, softwareUpdate, privateRelay]);
    await startWebServer(lab, [{ host: icloudGateway }, { host: softwareUpdate }], certificates);
    await startQuicService(lab, privateRelay, "ipv6", certificates);
    await startPacketRelay(lab);
    const { authority } = certificates;
    for (const family of ["ipv4", "ipv6"] as const) {
      await lookUp(lab, icloudGateway.name, family);
      await fetchFrom(lab, icloudGateway, "https", { family, authority });
      lab.expects(tlsAttempt(icloudGateway, family, { alpn: ["h2", "http/1.1"] }));
      // A ClientHello in small segments, which arrive reordered and duplicated.
      await lookUp(lab, softwareUpdate.name, family);
      const target = { address: softwareUpdate[family], port: 443 };
      const name = ["--name", softwareUpdate.name, "--authority", authority];
      await openTlsByPython(lab, target, [...name, "--maximum-segment", 100, "--http"]);
      lab.expects(tlsAttempt(softwareUpdate, family));
    }
    await lookUp(lab, privateRelay.name, "ipv6");
    await fetchByQuic(lab, privateRelay, "ipv6", QUIC_V1);
    lab.expects(quicAttempt(privateRelay, "ipv6"));
  },
};
