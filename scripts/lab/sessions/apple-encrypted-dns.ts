import { APPLE_HOSTS } from "../apple/apple-hosts.ts";
import { startAppleNetwork } from "../apple/apple-network.ts";
import { tlsAttempt } from "../apple/attempts.ts";
import { lookUp } from "../apple/clients.ts";
import { startEncryptedNameServer } from "../apple/name-server.ts";
import { startWebServer } from "../apple/web-server.ts";
import type { LabSession } from "../lab.ts";

const { encryptedDns, icloudGateway } = APPLE_HOSTS;

export const session: LabSession = {
  name: "apple-encrypted-dns",
  about:
    "Names asked over HTTPS and over TLS at doh.dns.apple.com (BIND), and the connection to the host that follows",
  packages: ["bind9", "bind9-dnsutils", "nginx", "curl"],
  rows: ["443/tcp"],
  format: "pcap",
  async run(lab) {
    const certificates = await startAppleNetwork(lab, [encryptedDns, icloudGateway]);
    await startWebServer(lab, [{ host: icloudGateway }], certificates);
    await startEncryptedNameServer(lab, encryptedDns, [icloudGateway], certificates);
    await lookUp(lab, encryptedDns.name);
    const { authority } = certificates;
    const names = [`${encryptedDns.ipv4} ${encryptedDns.name}`, `${encryptedDns.ipv6} ${encryptedDns.name}`];
    await lab.client.exec(["tee", "/etc/hosts"], { input: `${names.join("\n")}\n` });
    for (const family of ["ipv4", "ipv6"] as const) {
      const type = family === "ipv6" ? "AAAA" : "A";
      const server = [
        `@${encryptedDns[family]}`,
        "+nocookie",
        `+tls-ca=${authority}`,
        `+tls-hostname=${encryptedDns.name}`,
      ];
      await lab.client.exec(["dig", ...server, "+https", icloudGateway.name, type]);
      await lab.client.exec(["dig", ...server, "+tls", icloudGateway.name, type]);
      for (const port of [443, 853]) {
        lab.expects({ transport: "tcp", address: encryptedDns[family], port, verdict: "works" });
      }
    }
    // Unlike dig, curl sends the name server's name, and learns the host's address through it.
    const url = `https://${encryptedDns.name}/dns-query`;
    const trust = ["--cacert", authority];
    await lab.client.exec([
      "curl",
      "-sS",
      "-4",
      ...trust,
      "--doh-url",
      url,
      `https://${icloudGateway.name}/`,
    ]);
    lab.expects(tlsAttempt(encryptedDns, "ipv4", { alpn: ["h2", "http/1.1"] }));
    const { lookedUp, ...attempt } = tlsAttempt(icloudGateway, "ipv4", { alpn: ["h2", "http/1.1"] });
    lab.expects(attempt);
  },
};
