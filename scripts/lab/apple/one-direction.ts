/** A session recorded in one direction only, as with asymmetric routing. */
import type { LabSession } from "../lab.ts";
import { APPLE_HOSTS } from "./apple-hosts.ts";
import { startAppleNetwork } from "./apple-network.ts";
import { quicAttempt, tlsAttempt, withoutNames } from "./attempts.ts";
import { askStun, startStunService } from "./calls.ts";
import { fetchFrom, lookUp, openTlsByOpenssl } from "./clients.ts";
import { startTlsService } from "./python-programs.ts";
import { fetchByQuic, QUIC_V1, startQuicService } from "./quic.ts";
import { startWebServer } from "./web-server.ts";

const { courier, icloudGateway, privateRelay, mediaRelay } = APPLE_HOSTS;
const ALPN = "apns-security-v3";
const ONE_DIRECTION = "the recorder sees one direction only";

/** The recorded direction. */
export interface OneDirection {
  readonly name: string;
  readonly from: "client" | "server";
  readonly format: LabSession["format"];
}

/** Push, HTTPS, QUIC and STUN that all work, recorded at the server with tcpdump's direction option. */
export function recordOneDirection({ name, from, format }: OneDirection): LabSession {
  const isFromClient = from === "client";
  return {
    name,
    about: `Push, HTTPS, QUIC, STUN and DNS that work, of which only the packets from the ${from} were recorded`,
    packages: [
      "bind9",
      "bind9-dnsutils",
      "nginx",
      "curl",
      "openssl",
      "coturn",
      "ngtcp2-client",
      "ngtcp2-server",
      "python3",
    ],
    rows: ["53/udp", "443/tcp", "5223/tcp", "3478-3497/udp"],
    format,
    recordsAt: "server",
    recordsOnly: ["-Q", isFromClient ? "in" : "out"],
    async run(lab) {
      const certificates = await startAppleNetwork(lab, [courier, icloudGateway, privateRelay, mediaRelay]);
      await startTlsService(lab, [{ address: courier.ipv4, port: 5223 }], certificates, ["--alpn", ALPN]);
      await startWebServer(lab, [{ host: icloudGateway }], certificates);
      await startQuicService(lab, privateRelay, "ipv4", certificates);
      await startStunService(lab, mediaRelay);
      await lookUp(lab, courier.name);
      await openTlsByOpenssl(lab, courier, 5223, certificates, { alpn: ALPN });
      await lookUp(lab, icloudGateway.name, "ipv6");
      await fetchFrom(lab, icloudGateway, "https", { family: "ipv6", authority: certificates.authority });
      await lookUp(lab, privateRelay.name);
      await fetchByQuic(lab, privateRelay, "ipv4", QUIC_V1);
      await askStun(lab, mediaRelay, "ipv4");
      const attempts = [
        tlsAttempt(courier, "ipv4", { port: 5223, alpn: [ALPN] }),
        tlsAttempt(icloudGateway, "ipv6", { alpn: ["h2", "http/1.1"] }),
        quicAttempt(privateRelay, "ipv4"),
        { transport: "udp", address: mediaRelay.ipv4, port: 3478, verdict: "works" } as const,
      ];
      for (const attempt of attempts) {
        lab.expects({ ...(isFromClient ? attempt : withoutNames(attempt)), because: ONE_DIRECTION });
      }
    },
  };
}
