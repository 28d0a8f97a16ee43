/** A wiki on the ports of Mac OS X Server's wiki service: DokuWiki in PHP's own web server. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "wiki",
  about: "DokuWiki: curl reads a page on 8085 (IPv4) and its list of changes on 8087 (IPv6)",
  packages: ["dokuwiki", "php-cli", "php-xml", "curl"],
  rows: ["8085-8087/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    for (const [port, address] of [
      [8085, "0.0.0.0"],
      [8087, "[::]"],
    ] as const) {
      lab.serves(server, { transport: "tcp", port, program: "php" });
      await server.start(["php", "-S", `${address}:${port}`, "-t", "/usr/share/dokuwiki"]);
      await server.waitForPort("tcp", port);
    }
    const read = [
      "curl",
      "--silent",
      "--show-error",
      "--fail",
      "--globoff",
      "--output",
      "/dev/null",
      "--write-out",
      "%{size_download}",
    ];
    await client.exec([...read, `http://${server.ipv4}:8085/doku.php?id=start&do=export_xhtml`]);
    await client.exec([...read, `http://[${server.ipv6}]:8087/feed.php`]);
  },
};
