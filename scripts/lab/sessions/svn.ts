/** Subversion's own protocol. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "svn",
  about: "svnserve and svn: a checkout over IPv4, a commit, and an update over IPv6",
  packages: ["subversion"],
  rows: ["3690/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    await server.exec(["svnadmin", "create", "/srv/repository"]);
    await server.exec(["tee", "/srv/repository/conf/svnserve.conf"], {
      input: "[general]\nanon-access = write\n",
    });
    await server.start(["svnserve", "-d", "--foreground", "-r", "/srv", "--listen-host", "::"]);
    await server.waitForPort("tcp", 3690);
    lab.serves(server, { transport: "tcp", port: 3690, program: "svnserve" });
    const svn = (folder: string, ...words: readonly string[]) =>
      client.exec(["svn", "--non-interactive", "--username", "anna", ...words], { cwd: folder });
    const copy = `${lab.folder}/copy`;
    await svn(lab.folder, "checkout", `svn://${server.ipv4}/repository`, copy);
    await lab.write("copy/note.txt", "A note under version control.\n");
    await svn(copy, "add", "note.txt");
    await svn(copy, "commit", "-m", "Note something down");
    const text = await svn(lab.folder, "cat", `svn://[${server.ipv6}]/repository/note.txt`);
    if (text !== "A note under version control.\n") throw new Error(`svn gave ${JSON.stringify(text)}`);
  },
};
