import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { visitByChromium } from "../apple/chromium.ts";
import { lookUp } from "../apple/clients.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { icloudGateway } = APPLE_HOSTS;

export const session: LabSession = {
  name: "apple-browser",
  about:
    "Chromium at an iCloud name: a ClientHello over two segments (ML-KEM key share), GREASE and GREASE ECH, shuffled",
  packages: ["bind9", "bind9-dnsutils", "openssl", "nginx", "chromium"],
  rows: ["53/udp", "443/tcp"],
  format: "pcapng",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [icloudGateway]);
    await startWebServer(lab, [{ host: icloudGateway }], certificates);
    for (const family of ["ipv4", "ipv6"] as const) {
      await lookUp(lab, icloudGateway.name, family);
      await visitByChromium(lab, icloudGateway, family, certificates);
      lab.expects(tlsAttempt(icloudGateway, family, { alpn: ["h2", "http/1.1"] }));
    }
  },
};
