/** A password changed on port 106. poppassd speaks the protocol known from Eudora, which is not Apple's password server. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "password-change",
  about: "poppassd on 106 changes a password; another protocol than that of Apple's password server",
  packages: ["poppassd", "systemd", "netcat-openbsd"],
  rows: ["106/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    lab.serves(server, { transport: "tcp", port: 106, program: "poppassd" });
    await server.start(["systemd-socket-activate", "--listen=106", "--inetd", "--accept", "poppassd"]);
    await server.waitForPort("tcp", 106);
    const lines = ["user anna", "pass lab-password", "newpass lunch-at-noon-47", "quit"];
    // One line at a time, because pipelined input is lost.
    const talk = `(for line in ${lines.map((line) => `'${line}'`).join(" ")}; do sleep 1; printf '%s\\r\\n' "$line"; done; sleep 2)`;
    await client.exec(["sh", "-c", `${talk} | nc -N ${server.ipv6} 106`]);
  },
};
