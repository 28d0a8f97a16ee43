/** distcc: a file compiled on another machine. */
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "distcc",
  about: "distccd and distcc: a small file in C compiled on the server, over IPv4 and IPv6",
  packages: ["distcc", "gcc"],
  rows: ["3632/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    const options = ["--no-detach", "--daemon", "--log-stderr", "--user", "nobody", "--listen", "::"];
    await server.start(["distccd", ...options, "--allow", "::ffff:10.77.0.1", "--allow", "fd77::/64"]);
    await server.waitForPort("tcp", 3632);
    lab.serves(server, { transport: "tcp", port: 3632, program: "distccd" });
    await client.exec(["tee", "/srv/anna/sum.c"], { input: "int sum(int a, int b) { return a + b; }\n" });
    for (const host of [server.ipv4, `[${server.ipv6}]`]) {
      const env = { DISTCC_HOSTS: host, DISTCC_FALLBACK: "0", DISTCC_DIR: lab.folder };
      await client.exec(["distcc", "gcc", "-c", "sum.c", "-o", "sum.o"], { cwd: "/srv/anna", env });
    }
  },
};
