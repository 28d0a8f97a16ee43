/** A news group read by NNTP: leafnode behind a listening socket, as inetd would run it, and Python's nntplib. */
import { dirname } from "node:path";
import type { LabSession } from "../lab.ts";

const READER = `
import nntplib, sys
server = nntplib.NNTP(sys.argv[1])
server.list()
server.group("lab.lunch")
server.over((1, 1))
server.article(1)
server.quit()
`;

export const session: LabSession = {
  name: "news",
  about:
    "leafnode: Python's nntplib lists the groups and reads leafnode's own article on 119, over IPv4 and IPv6",
  packages: ["leafnode", "systemd", "python3"],
  rows: ["119/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    const write = async (path: string, content: string): Promise<void> => {
      await server.exec(["mkdir", "-p", dirname(path)]);
      await server.exec(["tee", path], { input: content });
    };
    // A name below example would be refused as not unique; home.arpa is reserved for networks like this one (RFC 8375).
    await write(
      "/etc/news/leafnode/config",
      "server = news.example.org\nexpire = 20\nhostname = news.lab.home.arpa\n",
    );
    const spool = "/var/spool/news";
    await write(`${spool}/leaf.node/groupinfo`, "lab.lunch 1 1 1704110400 Lunch\n");
    await server.exec(["chgrp", "news", "/etc/news/leafnode/config"]);
    await server.exec(["chown", "-R", "news:news", spool]);
    lab.serves(server, { transport: "tcp", port: 119, program: "leafnode" });
    await server.start(["systemd-socket-activate", "--listen=119", "--inetd", "--accept", "leafnode"]);
    await server.waitForPort("tcp", 119);

    const reader = await lab.write("reader.py", READER);
    for (const address of [server.ipv4, server.ipv6]) {
      await client.exec(["/usr/bin/python3", "-W", "ignore", reader, address]);
    }
  },
};
