/** The remote shell (514/tcp): from a reserved port, with a second connection back to the client for standard error. */
import { startInetd } from "../inetd.ts";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "rsh",
  about:
    "in.rshd and rsh: a command, whose errors come on a connection back to a reserved port of the client",
  packages: ["rsh-redone-server", "rsh-redone-client", "openbsd-inetd", "netbase"],
  rows: ["514/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    await server.exec(["tee", "/srv/anna/.rhosts"], { input: "labclient root\n" });
    await server.exec(["chown", "anna:anna", "/srv/anna/.rhosts"]);
    await server.exec(["chmod", "600", "/srv/anna/.rhosts"]);
    await startInetd(lab, server, ["shell stream tcp nowait root /usr/sbin/in.rshd in.rshd"]);
    await server.waitForPort("tcp", 514);
    lab.serves(server, { transport: "tcp", port: 514, program: "in.rshd" });
    lab.serves(client, { transport: "tcp", port: [600, 1023], program: "rsh-redone-rsh" });
    const answer = await client.exec([
      "rsh-redone-rsh",
      "-l",
      "anna",
      "labserver",
      "echo hello; echo sorry >&2",
    ]);
    if (answer !== "hello\n") throw new Error(`rsh gave ${JSON.stringify(answer)}`);
  },
};
