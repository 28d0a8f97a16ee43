/** Echo, the first row of the list, by the super-server itself. */
import { startInetd } from "../inetd.ts";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "echo",
  about: "The echo service of openbsd-inetd and netcat, over TCP and UDP, IPv4 and IPv6",
  packages: ["openbsd-inetd", "netbase", "netcat-openbsd"],
  rows: ["7/tcp", "7/udp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    await startInetd(lab, server, [
      ...["tcp4", "tcp6"].map((transport) => `echo stream ${transport} nowait root internal`),
      ...["udp4", "udp6"].map((transport) => `echo dgram ${transport} wait root internal`),
    ]);
    for (const transport of ["tcp", "udp"] as const) {
      await server.waitForPort(transport, 7);
      lab.serves(server, { transport, port: 7, program: "inetd" });
    }
    for (const address of [server.ipv4, server.ipv6]) {
      for (const options of [["-N"], ["-u", "-w", "1"]]) {
        const heard = await client.exec(["nc", ...options, address, "7"], { input: "Is anybody there?\n" });
        if (heard !== "Is anybody there?\n") throw new Error(`the echo was ${JSON.stringify(heard)}`);
      }
    }
  },
};
