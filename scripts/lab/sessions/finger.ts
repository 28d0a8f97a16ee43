/** Finger, whose server queries the client's ident server for the user (RFC 1413), as TCP wrappers can do. */
import { startInetd } from "../inetd.ts";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "finger",
  about: "fingerd behind tcpd, which asks oidentd on the client who fingers; finger as the client",
  packages: ["fingerd", "finger", "tcpd", "oidentd", "openbsd-inetd", "netbase"],
  rows: ["79/tcp", "113/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    await client.start(["oidentd", "-i", "-S", "-u", "nobody"]);
    await client.waitForPort("tcp", 113);
    lab.serves(client, { transport: "tcp", port: 113, program: "oidentd" });
    await server.exec(["tee", "/etc/hosts.allow"], { input: "in.fingerd: anna@ALL\n" });
    await server.exec(["tee", "/etc/hosts.deny"], { input: "ALL: ALL\n" });
    await startInetd(
      lab,
      server,
      ["tcp4", "tcp6"].map(
        (transport) => `finger stream ${transport} nowait nobody /usr/sbin/tcpd in.fingerd`,
      ),
    );
    await server.waitForPort("tcp", 79);
    lab.serves(server, { transport: "tcp", port: 79, program: "in.fingerd" });
    const asAnna = ["setpriv", "--reuid=anna", "--regid=anna", "--clear-groups"];
    for (const address of [server.ipv4, server.ipv6]) {
      const answer = await client.exec([...asAnna, "finger", "-l", `anna@${address}`]);
      if (!answer.includes("Name: Anna")) throw new Error(`finger said ${JSON.stringify(answer)}`);
    }
  },
};
