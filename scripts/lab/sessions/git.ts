/** Git's own protocol. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "git",
  about: "git daemon and git: a clone over IPv4, and a fetch over IPv6",
  packages: ["git"],
  rows: ["9418/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    const author = { GIT_AUTHOR_NAME: "Anna", GIT_AUTHOR_EMAIL: "anna@lab.example" };
    const env = { ...author, GIT_COMMITTER_NAME: "Anna", GIT_COMMITTER_EMAIL: "anna@lab.example" };
    const commit = async (message: string): Promise<void> => {
      await server.exec(["git", "commit", "-q", "--allow-empty", "-m", message], {
        cwd: "/srv/project",
        env,
      });
    };
    await server.exec(["git", "init", "-q", "-b", "main", "/srv/project"]);
    await commit("Begin");
    await server.start(["git", "daemon", "--export-all", "--base-path=/srv", "--reuseaddr"]);
    await server.waitForPort("tcp", 9418);
    lab.serves(server, { transport: "tcp", port: 9418, program: "git" });
    const copy = `${lab.folder}/copy`;
    await client.exec(["git", "clone", "-q", `git://${server.ipv4}/project`, copy]);
    await commit("Go on");
    await client.exec(["git", "fetch", "-q", `git://[${server.ipv6}]/project`, "main"], { cwd: copy });
    const subject = await client.exec(["git", "log", "-1", "--format=%s", "FETCH_HEAD"], { cwd: copy });
    if (subject !== "Go on\n") throw new Error(`git fetched ${JSON.stringify(subject)}`);
  },
};
