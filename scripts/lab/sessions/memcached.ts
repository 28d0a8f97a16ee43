/** memcached over TCP and UDP: the list row without a transport. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "memcached",
  about: "memcached and the tools of libmemcached: a value set and got over TCP, and set over UDP",
  packages: ["memcached", "libmemcached-tools"],
  rows: ["11211/tcp", "11211/udp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    await server.start(["memcached", "-u", "nobody", "-l", `${server.ipv4},${server.ipv6}`, "-U", "11211"]);
    for (const transport of ["tcp", "udp"] as const) {
      await server.waitForPort(transport, 11211);
      lab.serves(server, { transport, port: 11211, program: "memcached" });
    }
    await lab.write("apples", "three\n");
    const servers = `--servers=${server.ipv4}`;
    await client.exec(["memccp", servers, "apples"], { cwd: lab.folder });
    const value = await client.exec(["memccat", servers, "apples"]);
    if (value.trim() !== "three") throw new Error(`memcached gave ${JSON.stringify(value)}`);
    await client.exec(["memccp", "--udp", servers, "apples"], { cwd: lab.folder });
  },
};
