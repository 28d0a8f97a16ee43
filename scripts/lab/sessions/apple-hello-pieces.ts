import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { lookUp } from "../apple/clients.ts";
import { openTlsByPython } from "../apple/python-programs.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { softwareUpdate, icloudGateway, identity, store } = APPLE_HOSTS;
const HOSTS = [softwareUpdate, icloudGateway, identity, store];
const MANY_PROTOCOLS = Array.from({ length: 40 }, (_, index) => `lab-protocol-number-${index + 1}`);

export const session: LabSession = {
  name: "apple-hello-pieces",
  about:
    "ClientHellos in pieces: over TCP segments of 128 bytes, over TLS records of 50 and of 3 bytes, and one of 1.5 kB",
  packages: ["bind9", "bind9-dnsutils", "openssl", "nginx", "python3"],
  rows: ["53/udp", "443/tcp"],
  format: "pcap",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, HOSTS);
    await startWebServer(
      lab,
      HOSTS.map((host) => ({ host })),
      certificates,
    );
    const alpn = ["http/1.1", ...MANY_PROTOCOLS];
    const attempts = [
      { host: softwareUpdate, family: "ipv4", pieces: ["--maximum-segment", 128] },
      { host: icloudGateway, family: "ipv6", pieces: ["--hello-record-bytes", 50] },
      { host: identity, family: "ipv4", pieces: ["--hello-record-bytes", 3] },
      { host: store, family: "ipv6", pieces: alpn.flatMap((protocol) => ["--alpn", protocol]), alpn },
    ] as const;
    for (const { host, family, pieces, ...more } of attempts) {
      await lookUp(lab, host.name, family);
      const name = ["--name", host.name, "--authority", certificates.authority];
      await openTlsByPython(lab, { address: host[family], port: 443 }, [...name, "--http", ...pieces]);
      lab.expects(tlsAttempt(host, family, more));
    }
  },
};
