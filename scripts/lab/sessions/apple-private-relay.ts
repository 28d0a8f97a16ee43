import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { quicAttempt } from "../apple/attempts.ts";
import { visitByChromium } from "../apple/chromium.ts";
import { lookUp } from "../apple/clients.ts";
import { startQuicService } from "../apple/quic.ts";
import type { LabSession } from "../lab.ts";

const { privateRelay } = APPLE_HOSTS;

export const session: LabSession = {
  name: "apple-private-relay",
  about:
    "Chromium's QUIC to Private Relay's name: a ClientHello over two datagrams, in CRYPTO frames out of order",
  packages: ["bind9", "bind9-dnsutils", "openssl", "chromium", "ngtcp2-server"],
  rows: ["53/udp"],
  format: "pcap",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [privateRelay]);
    for (const family of ["ipv4", "ipv6"] as const) {
      await startQuicService(lab, privateRelay, family, certificates);
      await lookUp(lab, privateRelay.name, family);
      await visitByChromium(lab, privateRelay, family, certificates, { overQuic: true });
      lab.expects(quicAttempt(privateRelay, family));
    }
  },
};
