/** Printing without a protocol: bytes to port 9100. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "raw-printing",
  about: "p910nd, and the socket backend of CUPS as its client: a job over IPv4",
  packages: ["p910nd", "cups"],
  rows: ["9100/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    await server.exec(["mkdir", "-p", "/var/lock/p910nd"]);
    const device = await lab.write("printer", "");
    await server.start(["p910nd", "-d", "-f", device, "0"]);
    await server.waitForPort("tcp", 9100);
    lab.serves(server, { transport: "tcp", port: 9100, program: "p910nd" });
    const text = await lab.write("note.txt", "To be printed by the lab.\n");
    await client.exec(["/usr/lib/cups/backend/socket", "1", "anna", "note", "1", "", text], {
      env: { DEVICE_URI: `socket://${server.ipv4}:9100` },
    });
    const printed = await server.exec(["cat", device]);
    if (!printed.includes("printed by the lab")) throw new Error("nothing was printed");
  },
};
