import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { fetchFrom } from "../apple/clients.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { icloudGateway, other } = APPLE_HOSTS;
/** Listed ports that belong to the client here, not to the service. */
const CLIENT_PORTS = [5223, 3689, 8080, 5900, 16_384, 49_152] as const;

export const session: LabSession = {
  name: "trap-client-ports",
  about:
    "Client ports that are rows of the list (5223, 3689, 8080, 5900 ...) towards 443 over TCP and 53 over UDP",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl"],
  rows: ["53/udp", "443/tcp"],
  format: "pcap",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [icloudGateway, other]);
    await startWebServer(lab, [{ host: icloudGateway }, { host: other }], certificates);
    for (const [index, port] of CLIENT_PORTS.entries()) {
      const family = index % 2 === 0 ? "ipv4" : "ipv6";
      const host = index % 3 === 0 ? other : icloudGateway;
      const question = ["+nocookie", "+tries=1", host.name, family === "ipv6" ? "AAAA" : "A"];
      await lab.client.exec([
        "dig",
        `@${lab.server[family]}`,
        "-b",
        `${lab.client[family]}#${port}`,
        ...question,
      ]);
      const options = ["--local-port", String(port), "--no-keepalive"];
      await fetchFrom(lab, host, "https", { family, authority: certificates.authority, options });
      lab.expects(tlsAttempt(host, family, { alpn: ["h2", "http/1.1"] }));
    }
  },
};
