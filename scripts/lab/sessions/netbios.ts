/** NetBIOS without SMB: nmbd claims and announces its names by broadcast, nmblookup queries them. */
import type { LabHost, LabSession } from "../lab.ts";

const BROADCAST = "10.77.0.255";

export const session: LabSession = {
  name: "netbios",
  about:
    "Samba's nmbd on both hosts claims names (137) and announces itself (138); nmblookup asks by broadcast and unicast",
  packages: ["samba", "samba-common-bin"],
  rows: ["137/udp", "138/udp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    for (const port of [137, 138]) {
      lab.serves(client, { transport: "udp", port, program: "nmbd" });
      lab.serves(server, { transport: "udp", port, program: "nmbd" });
      lab.serves(server, { transport: "udp", port, program: "nmbd", address: BROADCAST });
    }
    await startNames(server, "LABSERVER");
    await startNames(client, "LABCLIENT");
    // A name is registered after four unanswered claims, about six seconds.
    await lab.pause(9_000);
    await client.exec(["nmblookup", "-B", BROADCAST, "LABSERVER"]);
    await client.exec(["nmblookup", "-A", server.ipv4]);
    await server.exec(["nmblookup", "-B", BROADCAST, "LABCLIENT"]);
    await lab.pause(3_000);
  },
};

async function startNames(host: LabHost, name: string): Promise<void> {
  const configuration = `[global]
  netbios name = ${name}
  workgroup = LAB
  server string = Lab
  interfaces = eth0
  bind interfaces only = yes
`;
  await host.exec(["tee", "/etc/samba/smb.conf"], { input: configuration });
  await host.exec(["mkdir", "-p", "/run/samba"]);
  await host.start(["sh", "-c", "exec nmbd -F </dev/null"]);
  await host.waitForPort("udp", 138);
}
