/** ssh over IPv6 with a user key, and files by sftp over IPv4. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "ssh",
  about: "OpenSSH: a command over IPv6, and a file fetched and put by sftp over IPv4",
  packages: ["openssh-server", "openssh-client"],
  rows: ["22/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    const keys = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "anna@labclient", "-f"];
    await server.exec([...keys, `${lab.folder}/host-key`]);
    await client.exec([...keys, `${lab.folder}/user-key`]);
    await server.exec(["mkdir", "-p", "/run/sshd", "/srv/anna/.ssh"]);
    await server.exec(["cp", `${lab.folder}/user-key.pub`, "/srv/anna/.ssh/authorized_keys"]);
    await server.exec(["chown", "-R", "anna:anna", "/srv/anna"]);
    const configuration = await lab.write(
      "sshd_config",
      `HostKey ${lab.folder}/host-key\nUsePAM no\nUseDNS no\nStrictModes no\nSubsystem sftp internal-sftp\n`,
    );
    await server.start(["/usr/sbin/sshd", "-D", "-e", "-f", configuration]);
    await server.waitForPort("tcp", 22);
    lab.serves(server, { transport: "tcp", port: 22, program: "sshd" });

    const options = ["-i", `${lab.folder}/user-key`, "-o", "StrictHostKeyChecking=no", "-o", "BatchMode=yes"];
    const answer = await client.exec([
      "ssh",
      ...options,
      `anna@${server.ipv6}`,
      "echo",
      "hello from",
      "$USER",
    ]);
    if (answer !== "hello from anna\n") throw new Error(`ssh answered ${JSON.stringify(answer)}`);
    await lab.write("note.txt", "A note to put.\n");
    await client.exec(["sftp", ...options, "-b", "-", `anna@${server.ipv4}`], {
      input: `put ${lab.folder}/note.txt note.txt\nls -l\nget note.txt ${lab.folder}/copy.txt\n`,
    });
  },
};
