/** Mail submission: from another server on port 25, from a Mac on 587 (STARTTLS) and 465 (immediate TLS), by exim and curl. */
import { makeCertificates } from "../apple/certificates.ts";
import type { LabSession } from "../lab.ts";

const MESSAGE = [
  "From: Anna <anna@mail.example>",
  "To: Bert <bert@mail.example>",
  "Subject: Lunch",
  "Message-Id: <1@mail.example>",
  "",
  "At noon?",
  "",
].join("\r\n");

export const session: LabSession = {
  name: "mail-sending",
  about: "exim: curl delivers on 25, submits on 587 with STARTTLS and on 465 with TLS, over IPv4 and IPv6",
  packages: ["exim4-daemon-light", "curl", "openssl"],
  rows: ["25/tcp", "465/tcp", "587/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, folder, server } = lab;
    const { certificate, key } = await makeCertificates(lab, ["mail.example"]);
    await server.exec(["install", "-d", "-o", "Debian-exim", `${folder}/spool`, `${folder}/log`]);
    await server.exec(["chown", "Debian-exim", key]);
    const configuration = await lab.write("exim.conf", makeConfiguration(folder, certificate, key));
    // Exim refuses a configuration that users other than root may write.
    await server.exec(["chmod", "644", configuration]);
    for (const port of [25, 465, 587]) {
      lab.serves(server, { transport: "tcp", port, program: "exim4" });
    }
    await server.start(["exim4", "-C", configuration, "-bdf"]);
    await server.waitForPort("tcp", 587);

    const message = await lab.write("message.eml", MESSAGE);
    const envelope = [
      "--mail-from",
      "anna@mail.example",
      "--mail-rcpt",
      "bert@mail.example",
      "--upload-file",
      message,
    ];
    const account = ["--insecure", "--user", "anna:lab-password"];
    for (const host of [server.ipv4, `[${server.ipv6}]`]) {
      const send = ["curl", "--silent", "--show-error", "--globoff", ...envelope];
      await client.exec([...send, `smtp://${host}/relay.example`]);
      await client.exec([...send, ...account, "--ssl-reqd", `smtp://${host}:587/mac.example`]);
      await client.exec([...send, ...account, `smtps://${host}:465/mac.example`]);
    }
  },
};

/** Accepts everything and delivers nothing (`queue_only`): only the conversation matters. */
function makeConfiguration(folder: string, certificate: string, key: string): string {
  return `
primary_hostname = mail.example
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%s.log
pid_file_path = ${folder}/exim.pid
daemon_smtp_ports = 25 : 465 : 587
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = ${certificate}
tls_privatekey = ${key}
host_lookup =
rfc1413_hosts =
acl_smtp_rcpt = accept
acl_smtp_data = accept
queue_only = true
keep_environment =
begin routers
all:
  driver = accept
  transport = discard
begin transports
discard:
  driver = appendfile
  file = /dev/null
  user = mail
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{anna}}{eq{$auth3}{lab-password}}}}
  server_set_id = $auth2
  server_advertise_condition = \${if def:tls_in_cipher}
`;
}
