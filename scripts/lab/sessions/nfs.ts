/**
 * NFS in user space: rpcbind gives the ports of the services, mountd answers on a port of 600-1023, NFS 3 and 4 on 2049.
 * libnfs connects from reserved ports, as mounts do: client ports that a list row also names.
 */
import type { LabSession } from "../lab.ts";

const MOUNTD_PORT = 892;

export const session: LabSession = {
  name: "nfs",
  about:
    "nfs-ganesha and rpcbind: rpcinfo, showmount and libnfs read an export by NFS 3 and 4 from reserved ports",
  packages: ["nfs-ganesha", "nfs-ganesha-vfs", "rpcbind", "nfs-common", "libnfs-utils"],
  rows: ["111/tcp", "111/udp", "600-1023/tcp", "600-1023/udp", "2049/tcp", "2049/udp"],
  format: "pcap",
  async run(lab) {
    const { client, folder, server } = lab;
    const configuration = await lab.write(
      "ganesha.conf",
      `
NFS_CORE_PARAM {
  Protocols = 3, 4;
  NFS_Port = 2049;
  MNT_Port = ${MOUNTD_PORT};
  Enable_NLM = false;
  Enable_RQUOTA = false;
}
NFSv4 { Graceless = true; RecoveryBackend = fs; }
EXPORT {
  Export_Id = 1;
  Path = /srv/export;
  Pseudo = /export;
  Access_Type = RO;
  SecType = sys;
  Protocols = 3, 4;
  Transports = UDP, TCP;
  FSAL { Name = VFS; }
}
`,
    );
    for (const transport of ["tcp", "udp"] as const) {
      lab.serves(server, { transport, port: 111, program: "rpcbind" });
      lab.serves(server, { transport, port: MOUNTD_PORT, program: "ganesha.nfsd" });
      lab.serves(server, { transport, port: 2049, program: "ganesha.nfsd" });
    }
    await server.exec(["mkdir", "-p", "/srv/export", "/run/rpcbind", "/run/ganesha", "/var/lib/nfs/ganesha"]);
    await server.exec(["tee", "/srv/export/readme.txt"], { input: "Nothing to see here.\n" });
    await server.start(["rpcbind", "-f"]);
    await server.waitForPort("tcp", 111);
    await server.start(["ganesha.nfsd", "-F", "-L", "/dev/stdout", "-f", configuration]);
    await server.waitForPort("tcp", 2049);

    await client.exec(["rpcinfo", "-p", server.ipv4]);
    await client.exec(["rpcinfo", "-T", "udp", server.ipv4, "nfs", "3"]);
    await client.exec(["rpcinfo", "-T", "udp", server.ipv4, "mountd", "3"]);
    await client.exec(["showmount", "-e", server.ipv4]);
    // libnfs accepts an IPv6 address only by name.
    await client.exec(["tee", "/etc/hosts"], {
      input: `${server.ipv4} nfs4.example\n${server.ipv6} nfs6.example\n`,
    });
    for (const name of ["nfs4.example", "nfs6.example"]) {
      await client.exec(["nfs-ls", `nfs://${name}/srv/export`]);
      await client.exec(["nfs-cp", `nfs://${name}/srv/export/readme.txt`, `${folder}/${name}.txt`]);
      await client.exec(["nfs-ls", `nfs://${name}/export?version=4`]);
    }
    await client.exec(["rpcinfo", "-s", server.ipv6]);
    await client.exec(["rpcinfo", "-T", "tcp6", server.ipv6, "nfs", "4"]);
  },
};
