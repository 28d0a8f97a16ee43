/** A web server behind a cache, on the ports of Mac OS X Server's performance cache, by Varnish. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "web-cache",
  about: "Varnish: curl asks twice for a page on 16080 (IPv4) and 24000 (IPv6); the second is a hit",
  packages: ["varnish", "python3", "curl"],
  rows: ["16080/tcp", "24000-24999/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, folder, server } = lab;
    await lab.write("site/index.html", "<title>Lunch</title><p>At noon?\n");
    const origin = ["/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", "8001"];
    await server.start(origin, { cwd: `${folder}/site` });
    await server.waitForPort("tcp", 8001);
    for (const port of [16_080, 24_000]) lab.serves(server, { transport: "tcp", port, program: "varnishd" });
    await server.exec(["mkdir", "-p", "/var/lib/varnish"]);
    const listen = ["-a", ":16080", "-a", ":24000", "-b", "127.0.0.1:8001", "-s", "malloc,16m"];
    await server.start(["varnishd", "-F", "-n", "/srv/varnish", ...listen]);
    await server.waitForPort("tcp", 24_000);
    for (const host of [`${server.ipv4}:16080`, `[${server.ipv6}]:24000`]) {
      const page = `http://${host}/`;
      await client.exec(["curl", "--silent", "--show-error", "--fail", "--globoff", page, page]);
    }
  },
};
