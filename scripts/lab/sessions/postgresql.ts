/** PostgreSQL's protocol, in plaintext and with TLS. */
import { makeCertificates } from "../apple/certificates.ts";
import type { LabSession } from "../lab.ts";

export const session: LabSession = {
  name: "postgresql",
  about: "PostgreSQL: questions in the clear over IPv4, and with TLS over IPv6",
  packages: ["postgresql", "postgresql-client", "openssl"],
  rows: ["5432/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    const { certificate, key } = await makeCertificates(lab, ["labserver"]);
    const data = "/srv/postgresql";
    // It refuses to run as root, and rejects keys readable by others.
    await server.exec(["mkdir", "-p", data]);
    await server.exec(["cp", certificate, "/srv/certificate.pem"]);
    await server.exec(["cp", key, "/srv/key.pem"]);
    await server.exec(["chown", "anna:anna", data, "/srv/key.pem"]);
    await server.exec(["chmod", "600", "/srv/key.pem"]);
    const asAnna = ["setpriv", "--reuid=anna", "--regid=anna", "--clear-groups", "env", "HOME=/srv/anna"];
    const [, programs] = /^(\/.*)\/postgres$/m.exec(
      await server.exec(["sh", "-c", "ls -d /usr/lib/postgresql/*/bin/postgres"]),
    ) ?? ["", ""];
    await server.exec([...asAnna, `${programs}/initdb`, "-D", data, "-A", "trust", "--no-sync"]);
    await server.exec(["tee", "-a", `${data}/pg_hba.conf`], { input: "host all all all trust\n" });
    const settings = {
      listen_addresses: "*",
      unix_socket_directories: "",
      ssl: "on",
      ssl_cert_file: "/srv/certificate.pem",
      ssl_key_file: "/srv/key.pem",
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    await server.start([...asAnna, `${programs}/postgres`, "-D", data, ...options]);
    await server.waitForPort("tcp", 5432);
    lab.serves(server, { transport: "tcp", port: 5432, program: `${programs}/postgres` });
    for (const way of [`host=${server.ipv4} sslmode=disable`, `host=${server.ipv6} sslmode=require`]) {
      const question = ["-A", "-t", "-c", "SELECT 'apples', 3"];
      const answer = await client.exec(["psql", `${way} user=anna dbname=postgres`, ...question]);
      if (answer !== "apples|3\n") throw new Error(`PostgreSQL answered ${JSON.stringify(answer)}`);
    }
  },
};
