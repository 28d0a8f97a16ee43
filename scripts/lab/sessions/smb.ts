/** Files over SMB, directly on TCP 445 and in NetBIOS sessions on 139, by Samba's smbd and smbclient. */
import type { LabSession } from "../lab.ts";

const CONFIGURATION = `[global]
  netbios name = LABSERVER
  workgroup = LAB
  server string = Lab
  server role = standalone
  interfaces = eth0
  bind interfaces only = yes
  smb ports = 445 139
  map to guest = Bad User
  guest account = nobody
  load printers = no
  disable spoolss = yes
[share]
  path = /srv/share
  guest ok = yes
`;

export const session: LabSession = {
  name: "smb",
  about: "Samba's smbd: smbclient lists a share and reads a file on 445 (IPv4 and IPv6) and on 139 (IPv4)",
  packages: ["samba", "smbclient"],
  rows: ["139/tcp", "445/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    for (const port of [139, 445]) {
      lab.serves(server, { transport: "tcp", port, program: "smbd" });
    }
    await server.exec(["mkdir", "-p", "/srv/share", "/run/samba"]);
    await server.exec(["tee", "/srv/share/readme.txt"], { input: "Nothing to see here.\n" });
    await server.exec(["tee", "/etc/samba/smb.conf"], { input: CONFIGURATION });
    // With a socket as standard input it would serve only that connection, as under inetd.
    await server.start(["sh", "-c", "exec smbd -F </dev/null"]);
    await server.waitForPort("tcp", 445);
    await server.waitForPort("tcp", 139);

    const clientConfiguration = "[global]\n  netbios name = LABCLIENT\n  workgroup = LAB\n";
    await client.exec(["tee", "/etc/samba/smb.conf"], { input: clientConfiguration });
    const read = ["smbclient", "-N", "//LABSERVER/share", "-c", "ls; get readme.txt -"];
    await client.exec([...read, "-I", server.ipv4, "-p", "445"]);
    await client.exec([...read, "-I", server.ipv6, "-p", "445"]);
    await client.exec([...read, "-I", server.ipv4, "-p", "139"]);
  },
};
