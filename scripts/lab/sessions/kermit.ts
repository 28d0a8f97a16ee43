/** A Kermit server on 1649, the port's registered use; Apple lists it for IP failover, which no free program speaks. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "kermit",
  about: "C-Kermit on both hosts: a file is fetched from a Kermit server on 1649",
  packages: ["ckermit"],
  rows: ["1649/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    await server.exec(["tee", "/srv/readme.txt"], { input: "Nothing to see here.\n" });
    lab.serves(server, { transport: "tcp", port: 1649, program: "kermit" });
    const serve = "set host * 1649 /raw-socket, server, exit";
    await server.start(["kermit", "-Y", "-H", "-C", serve], { cwd: "/srv" });
    await server.waitForPort("tcp", 1649);
    const fetch = `set host ${server.ipv4} 1649 /raw-socket, get readme.txt, finish, exit`;
    await client.exec(["kermit", "-Y", "-H", "-C", fetch], { cwd: "/srv" });
  },
};
