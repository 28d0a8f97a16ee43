/** MySQL's protocol, in plaintext and with TLS. */
import { makeCertificates } from "../apple/certificates.ts";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "mysql",
  about: "MariaDB: questions in the clear over IPv4, and with TLS over IPv6",
  packages: ["mariadb-server-core", "mariadb-client-core", "openssl"],
  rows: ["3306/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    const { authority, certificate, key } = await makeCertificates(lab, ["labserver"]);
    const data = "/srv/mysql";
    await server.exec(["mkdir", "-p", data, "/run/mysqld"]);
    const start = await lab.write(
      "start.sql",
      "FLUSH PRIVILEGES;\nCREATE USER 'anna'@'%' IDENTIFIED BY 'lab-password';\nGRANT ALL ON *.* TO 'anna'@'%';\n",
    );
    const options = ["--no-defaults", "--user=root", `--datadir=${data}`];
    await server.exec(["mariadb-install-db", ...options, "--auth-root-authentication-method=normal"], {
      timeoutMs: 60_000,
    });
    await server.start([
      ...["mariadbd", ...options, "--bind-address=*", "--skip-name-resolve", `--init-file=${start}`],
      ...[
        `--ssl-ca=${authority}`,
        `--ssl-cert=${certificate}`,
        `--ssl-key=${key}`,
        "--innodb-fast-shutdown=2",
      ],
    ]);
    await server.waitForPort("tcp", 3306, 30_000);
    lab.serves(server, { transport: "tcp", port: 3306, program: "mariadbd" });
    const question = "SELECT 'apples' AS fruit, 3 AS number";
    const login = ["--no-defaults", "--user=anna", "--password=lab-password", "-N", "-B", "-e", question];
    for (const way of [
      [`--host=${server.ipv4}`, "--skip-ssl"],
      [`--host=${server.ipv6}`, `--ssl-ca=${authority}`],
    ]) {
      const [first, ...rest] = login;
      const answer = await client.exec(["mariadb", first, ...way, ...rest]);
      if (answer !== "apples\t3\n") throw new Error(`MariaDB answered ${JSON.stringify(answer)}`);
    }
  },
};
