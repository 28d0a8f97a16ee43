/** DNS over UDP and TCP: queries, a nonexistent name, and a zone transfer. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "dns",
  about: "BIND and dig: questions over UDP and TCP, IPv4 and IPv6, and the transfer of a zone",
  packages: ["bind9", "bind9-dnsutils"],
  rows: ["53/tcp", "53/udp"],
  format: "pcap",
  async run(lab) {
    const { client, server, folder } = lab;
    const zone = await lab.write(
      "example.zone",
      [
        "$TTL 300",
        "@ IN SOA ns.example.org. admin.example.org. 1 3600 600 86400 300",
        "@ IN NS ns.example.org.",
        "@ IN MX 10 mail.example.org.",
        `ns IN A ${server.ipv4}`,
        `ns IN AAAA ${server.ipv6}`,
        "mail IN A 192.0.2.25",
        "www IN CNAME web.example.org.",
        "web IN A 192.0.2.80",
        "web IN AAAA 2001:db8::80",
        ...Array.from({ length: 60 }, (_, i) => `many IN TXT "one of many texts, number ${i}"`),
        "",
      ].join("\n"),
    );
    const configuration = await lab.write(
      "named.conf",
      `options { directory "${folder}"; pid-file none; session-keyfile none; recursion no; version none; hostname none;
  listen-on { any; }; listen-on-v6 { any; }; allow-query { any; }; allow-transfer { any; }; };
controls { };
zone "example.org" { type primary; file "${zone}"; };
`,
    );
    const named = await server.start(["named", "-g", "-n", "1", "-c", configuration]);
    await named.waitFor("running");
    for (const transport of ["tcp", "udp"] as const) {
      lab.serves(server, { transport, port: 53, program: "named" });
    }
    for (const address of [server.ipv4, server.ipv6]) {
      const dig = (...words: readonly string[]) => client.exec(["dig", `@${address}`, "+tries=1", ...words]);
      await dig("www.example.org", "A");
      await dig("www.example.org", "AAAA");
      await dig("example.org", "MX");
      await dig("not-there.example.org", "A");
      await dig("+tcp", "web.example.org", "A");
      // Too large for a datagram of this size: repeated over TCP.
      const texts = await dig("+bufsize=1232", "many.example.org", "TXT");
      if (!texts.includes("(TCP)")) throw new Error("the long answer came over UDP");
    }
    await client.exec(["dig", `@${server.ipv6}`, "example.org", "AXFR"]);
  },
};
