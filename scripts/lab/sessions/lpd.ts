/** The line printer daemon protocol: a job from the CUPS backend to its mini-daemon. */
import { startCups } from "../cups.ts";
import { startInetd } from "../inetd.ts";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "lpd",
  about: "cups-lpd, and the lpd backend of CUPS as its client: a job over IPv4 and one over IPv6",
  packages: ["cups", "cups-client", "openbsd-inetd", "netbase"],
  rows: ["515/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    await startCups(lab, server, []);
    const daemon = "/usr/lib/cups/daemon/cups-lpd";
    await startInetd(
      lab,
      server,
      ["tcp4", "tcp6"].map((transport) => `printer stream ${transport} nowait root ${daemon} cups-lpd`),
    );
    await server.waitForPort("tcp", 515);
    lab.serves(server, { transport: "tcp", port: 515, program: daemon });
    const text = await lab.write("note.txt", "To be printed by the lab.\n");
    for (const host of [server.ipv4, `[${server.ipv6}]`]) {
      // A backend is called with job, user, title, copies, options and file; its destination is in the environment.
      await client.exec(["/usr/lib/cups/backend/lpd", "1", "anna", "note", "1", "", text], {
        env: { DEVICE_URI: `lpd://${host}/lab`, TMPDIR: lab.folder },
      });
    }
  },
};
