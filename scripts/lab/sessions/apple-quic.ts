import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { quicAttempt } from "../apple/attempts.ts";
import { lookUp } from "../apple/clients.ts";
import { fetchByQuic, QUIC_V1, QUIC_V2_DRAFT, startQuicService } from "../apple/quic.ts";
import type { LabSession } from "../lab.ts";

const { icloudGateway, privateRelay, other } = APPLE_HOSTS;

export const session: LabSession = {
  name: "apple-quic",
  about:
    "QUIC by ngtcp2 (GnuTLS): version 1 to iCloud, draft version 2 to Private Relay, a Retry, and a name that is not Apple's",
  packages: ["bind9", "bind9-dnsutils", "openssl", "ngtcp2-client", "ngtcp2-server"],
  rows: ["53/udp"],
  format: "pcapng",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [icloudGateway, privateRelay, other]);
    await startQuicService(lab, icloudGateway, "ipv4", certificates);
    await startQuicService(lab, privateRelay, "ipv6", certificates);
    await startQuicService(lab, other, "ipv4", certificates, { validatesAddress: true });
    const attempts = [
      [icloudGateway, "ipv4", QUIC_V1],
      [privateRelay, "ipv6", QUIC_V2_DRAFT],
      [other, "ipv4", QUIC_V1],
    ] as const;
    for (const [host, family, version] of attempts) {
      await lookUp(lab, host.name, family);
      await fetchByQuic(lab, host, family, version);
      lab.expects(quicAttempt(host, family));
    }
  },
};
