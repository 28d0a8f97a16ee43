/** FTP with passive and active data connections: the server serves both, whichever side connects. */
import type { LabSession } from "../lab.ts";

const PASSIVE_PORTS = [50000, 50010] as const;

export const session: LabSession = {
  name: "ftp",
  about:
    "vsftpd and curl: files fetched by passive and by active FTP, over IPv4 (PASV, PORT) and IPv6 (EPSV, EPRT)",
  packages: ["vsftpd", "curl"],
  rows: ["20/tcp", "21/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    await server.exec(["mkdir", "-p", "/srv/ftp", "/run/vsftpd/empty"]);
    await server.exec(["tee", "/srv/ftp/price-list.txt"], { input: "apples 3\npears 4\n".repeat(20) });
    const configuration = await lab.write(
      "vsftpd.conf",
      [
        "listen_ipv6=YES",
        "background=NO",
        "anonymous_enable=YES",
        "anon_root=/srv/ftp",
        "connect_from_port_20=YES",
        "secure_chroot_dir=/run/vsftpd/empty",
        "seccomp_sandbox=NO",
        `pasv_min_port=${PASSIVE_PORTS[0]}`,
        `pasv_max_port=${PASSIVE_PORTS[1]}`,
        "",
      ].join("\n"),
    );
    await server.start(["/usr/sbin/vsftpd", configuration]);
    await server.waitForPort("tcp", 21);
    for (const port of [20, 21, PASSIVE_PORTS] as const) {
      lab.serves(server, { transport: "tcp", port, program: "vsftpd" });
    }
    for (const host of [server.ipv4, `[${server.ipv6}]`]) {
      for (const way of [["--ftp-pasv"], ["--ftp-port", "-"]]) {
        const text = await client.exec(["curl", "-sS", ...way, `ftp://${host}/price-list.txt`]);
        if (!text.startsWith("apples 3\n")) throw new Error(`FTP gave ${JSON.stringify(text)}`);
      }
    }
  },
};
