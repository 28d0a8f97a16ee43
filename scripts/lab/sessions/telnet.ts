/** Telnet: a login, over IPv4 and IPv6. */
import { startInetd } from "../inetd.ts";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "telnet",
  about: "GNU telnetd and telnet: a login and a command, over IPv4 and IPv6",
  packages: ["inetutils-telnetd", "inetutils-telnet", "openbsd-inetd", "netbase"],
  rows: ["23/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    await startInetd(
      lab,
      server,
      ["tcp4", "tcp6"].map(
        (transport) => `telnet stream ${transport} nowait root /usr/sbin/telnetd telnetd -h`,
      ),
    );
    await server.waitForPort("tcp", 23);
    lab.serves(server, { transport: "tcp", port: 23, program: "/usr/sbin/telnetd" });
    for (const address of [server.ipv4, server.ipv6]) {
      // Simulates typing: the program passes immediate input to the login, which discards it.
      const typing = [`anna`, `lab-password`, `echo I am $USER`, `exit`].map(
        (line) => `sleep 1.5; echo '${line}'`,
      );
      const screen = await client.exec(
        ["sh", "-c", `(${typing.join("; ")}; sleep 1) | inetutils-telnet ${address}`],
        { allowedStatuses: [1] },
      );
      if (!screen.includes("I am anna")) throw new Error(`telnet showed ${JSON.stringify(screen)}`);
    }
  },
};
