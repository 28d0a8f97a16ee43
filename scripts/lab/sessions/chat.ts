/** Jabber by prosody and slixmpp: STARTTLS on 5222, immediate TLS on 5223 - the port that push notifications use. */
import { makeCertificates } from "../apple/certificates.ts";
import type { LabSession } from "../lab.ts";

const CLIENT = `
import asyncio, ssl, sys
from slixmpp import ClientXMPP

host, port, tls_at_once, user, other = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "tls", sys.argv[4], sys.argv[5]
client = ClientXMPP(user, "lab-password")
client.ssl_context.check_hostname = False
client.ssl_context.verify_mode = ssl.CERT_NONE
started = False

async def talk(_):
    global started
    started = True
    client.send_presence()
    await client.get_roster()
    client.send_message(mto=other, mbody="Lunch?", mtype="chat")
    await asyncio.sleep(0.5)
    await client.disconnect()

client.add_event_handler("session_start", talk)
client.default_port = port
client.connect((host, port), use_ssl=tls_at_once, force_starttls=not tls_at_once, disable_starttls=tls_at_once)
client.process(forever=False)
sys.exit(0 if started else 1)
`;

export const session: LabSession = {
  name: "chat",
  about:
    "prosody: slixmpp sends a message on 5222 with STARTTLS and on 5223 with TLS at once, over IPv4 and IPv6",
  packages: ["prosody", "python3-slixmpp", "openssl"],
  rows: ["5222/tcp", "5223/tcp"],
  format: "pcapng",
  async run(lab) {
    const { client, server } = lab;
    const { certificate, key } = await makeCertificates(lab, ["chat.example"]);
    await server.exec(["install", "-d", "-o", "prosody", "/srv/certs", "/srv/accounts"]);
    await server.exec(["install", "-o", "prosody", certificate, "/srv/certs/chat.example.crt"]);
    await server.exec(["install", "-o", "prosody", key, "/srv/certs/chat.example.key"]);
    const configuration = await lab.write(
      "prosody.cfg.lua",
      `certificates = "/srv/certs"
data_path = "/srv/accounts"
pidfile = "/srv/accounts/prosody.pid"
modules_enabled = { "roster", "saslauth", "tls", "disco", "ping", "c2s" }
modules_disabled = { "s2s" }
log = { info = "*console" }
c2s_direct_tls_ports = { 5223 }
c2s_require_encryption = true
authentication = "internal_plain"
VirtualHost "chat.example"
`,
    );
    for (const name of ["anna", "bert"]) {
      const register = [
        "prosodyctl",
        "--config",
        configuration,
        "register",
        name,
        "chat.example",
        "lab-password",
      ];
      await server.exec(register);
    }
    for (const port of [5222, 5223]) lab.serves(server, { transport: "tcp", port, program: "prosody" });
    await server.start(["runuser", "-u", "prosody", "--", "prosody", "--config", configuration, "-F"]);
    await server.waitForPort("tcp", 5223);

    const script = await lab.write("client.py", CLIENT);
    for (const address of [server.ipv4, server.ipv6]) {
      // slixmpp takes the server name that it sends from the given host.
      await client.exec(["tee", "/etc/hosts"], { input: `${address} chat.example\n` });
      const talk = ["/usr/bin/python3", script, "chat.example"];
      await client.exec([...talk, "5222", "starttls", "anna@chat.example", "bert@chat.example"]);
      await client.exec([...talk, "5223", "tls", "bert@chat.example", "anna@chat.example"]);
    }
  },
};
