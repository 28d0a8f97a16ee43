import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { quicAttempt } from "../apple/attempts.ts";
import { lookUp } from "../apple/clients.ts";
import { fetchByQuic, QUIC_V1, QUIC_V2_DRAFT, startQuicService } from "../apple/quic.ts";
import type { LabSession } from "../lab.ts";

const { icloudGateway, privateRelay } = APPLE_HOSTS;
/** A reserved version that no server supports (RFC 9000 section 15), which is answered by Version Negotiation. */
const GREASED_VERSION = "0x1a2a3a4a";
const NEW_PORT_AFTER = ["--change-local-addr=200ms", "--delay-stream=400ms"];

export const session: LabSession = {
  name: "apple-quic-changes",
  about:
    "QUIC that changes: version 1 going on as draft 2, Version Negotiation, a client that moves to another port (twice)",
  packages: ["bind9", "bind9-dnsutils", "openssl", "ngtcp2-client", "ngtcp2-server"],
  rows: ["53/udp"],
  format: "pcap",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [icloudGateway, privateRelay]);
    await startQuicService(lab, icloudGateway, "ipv4", certificates, { prefersVersion2: true });
    await startQuicService(lab, privateRelay, "ipv6", certificates);
    await lookUp(lab, icloudGateway.name);
    const versions = `--other-versions=${QUIC_V2_DRAFT},${QUIC_V1}`;
    await fetchByQuic(lab, icloudGateway, "ipv4", QUIC_V1, { options: [versions] });
    lab.expects(quicAttempt(icloudGateway, "ipv4"));
    await lookUp(lab, privateRelay.name, "ipv6");
    await fetchByQuic(lab, privateRelay, "ipv6", GREASED_VERSION, { fails: true });
    // With path validation, and without, as behind a router that forgets its mapping.
    await fetchByQuic(lab, privateRelay, "ipv6", QUIC_V1, { options: NEW_PORT_AFTER });
    await fetchByQuic(lab, privateRelay, "ipv6", QUIC_V1, {
      options: [...NEW_PORT_AFTER, "--nat-rebinding"],
    });
    lab.expects(quicAttempt(privateRelay, "ipv6"));
  },
};
