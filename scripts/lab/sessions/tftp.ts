/** TFTP: a transfer is answered from another port than the requested one, which a firewall does not learn. */
import type { LabSession } from "../lab.ts";

/** A single one: it would choose randomly among several, and each run would have different flows. */
const TRANSFER_PORTS = [30000, 30000] as const;

export const session: LabSession = {
  name: "tftp",
  about:
    "tftpd-hpa and tftp-hpa: a file fetched over IPv4 and IPv6; the data comes from another port (30000)",
  packages: ["tftpd-hpa", "tftp-hpa"],
  rows: ["69/udp"],
  format: "pcapng",
  async run(lab) {
    const { client, server, folder } = lab;
    await server.exec(["mkdir", "-p", "/srv/tftp"]);
    await server.exec(["tee", "/srv/tftp/boot.cfg"], { input: "default linux\ntimeout 50\n".repeat(60) });
    await server.exec(["chmod", "644", "/srv/tftp/boot.cfg"]);
    const range = TRANSFER_PORTS.join(":");
    await server.start(["in.tftpd", "-L", "-s", "-u", "nobody", "-R", range, "/srv/tftp"]);
    await server.waitForPort("udp", 69);
    for (const port of [69, TRANSFER_PORTS] as const) {
      lab.serves(server, { transport: "udp", port, program: "in.tftpd" });
    }
    for (const address of [server.ipv4, server.ipv6]) {
      await client.exec(["tftp", address, "-m", "octet", "-c", "get", "boot.cfg", `${folder}/fetched`]);
      const text = await client.exec(["cat", `${folder}/fetched`]);
      if (!text.startsWith("default linux\n")) throw new Error("TFTP gave another file");
    }
  },
};
