/** A mailbox read four ways: POP3 and IMAP, each plain and over TLS, by dovecot and curl. */
import { makeCertificates } from "../apple/certificates.ts";
import type { LabSession } from "../lab.ts";

const MESSAGE = [
  "From: Bert <bert@mail.example>",
  "To: Anna <anna@mail.example>",
  "Subject: Lunch",
  "Date: Mon, 1 Jan 2024 12:00:00 +0000",
  "",
  "At noon?",
  "",
].join("\r\n");

export const session: LabSession = {
  name: "mail-reading",
  about:
    "dovecot: curl reads a message by POP3 (110), POP3S (995), IMAP (143) and IMAPS (993), over IPv4 and IPv6",
  packages: ["dovecot-imapd", "dovecot-pop3d", "curl", "openssl"],
  rows: ["110/tcp", "143/tcp", "993/tcp", "995/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, folder, server } = lab;
    const { certificate, key } = await makeCertificates(lab, ["mail.example"]);
    const mailbox = `${folder}/mail/anna`;
    await server.exec(["mkdir", "-p", `${mailbox}/new`, `${mailbox}/cur`, `${mailbox}/tmp`]);
    await lab.write("mail/anna/new/1.lab", MESSAGE);
    await server.exec(["chown", "-R", "mail:mail", `${folder}/mail`]);
    const configuration = await lab.write(
      "dovecot.conf",
      `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap pop3
ssl = yes
ssl_cert = <${certificate}
ssl_key = <${key}
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%u
passdb {
  driver = static
  args = password=lab-password
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}/mail/%u
}
`,
    );
    for (const port of [110, 143, 993, 995]) {
      lab.serves(server, { transport: "tcp", port, program: "dovecot" });
    }
    await server.start(["dovecot", "-F", "-c", configuration]);
    for (const port of [110, 143, 993, 995]) {
      await server.waitForPort("tcp", port);
    }

    const read = [
      "curl",
      "--silent",
      "--show-error",
      "--globoff",
      "--insecure",
      "--user",
      "anna:lab-password",
    ];
    for (const host of [server.ipv4, `[${server.ipv6}]`]) {
      for (const scheme of ["pop3", "pop3s"]) {
        await client.exec([...read, `${scheme}://${host}/1`]);
      }
      for (const scheme of ["imap", "imaps"]) {
        await client.exec([...read, `${scheme}://${host}/INBOX;MAILINDEX=1`]);
      }
    }
  },
};
