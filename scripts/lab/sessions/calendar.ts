/** Calendars and contacts on the ports of Mac OS X Server's iCal and Address Book services, by Radicale and curl. */
import { makeCertificates } from "../apple/certificates.ts";
import type { LabSession } from "../lab.ts";

const EVENT = [
  ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lab//EN", "BEGIN:VEVENT", "UID:1@lab.example"],
  ...[
    "DTSTAMP:20240101T120000Z",
    "DTSTART:20240102T120000Z",
    "SUMMARY:Lunch",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ],
].join("\r\n");
const CARD = [
  "BEGIN:VCARD",
  "VERSION:3.0",
  "UID:2@lab.example",
  "N:Example;Bert",
  "FN:Bert",
  "END:VCARD",
  "",
].join("\r\n");

const COLLECTIONS = {
  calendar: `<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop><resourcetype><collection/><C:calendar/></resourcetype></prop></set></mkcol>`,
  contacts: `<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/><C:addressbook/></resourcetype></prop></set></mkcol>`,
};

export const session: LabSession = {
  name: "calendar",
  about:
    "Radicale: CalDAV on 8008 and 8443 (TLS), CardDAV on 8800 and 8843 (TLS), by curl over IPv4 and IPv6",
  packages: ["radicale", "curl", "openssl"],
  rows: ["8008/tcp", "8443/tcp", "8800/tcp", "8843/tcp"],
  format: "pcap",
  async run(lab) {
    const { client, server } = lab;
    const { certificate, key } = await makeCertificates(lab, ["calendar.example"]);
    const start = async (ports: readonly number[], tls: readonly string[]): Promise<void> => {
      const hosts = ports.flatMap((port) => [`0.0.0.0:${port}`, `[::]:${port}`]).join(",");
      for (const port of ports) lab.serves(server, { transport: "tcp", port, program: "radicale" });
      await server.start([
        ...["radicale", "--config", "", "--server-hosts", hosts, ...tls],
        ...["--auth-type", "none", "--rights-type", "authenticated"],
        ...["--storage-filesystem-folder", `/srv/collections-${ports[0]}`],
      ]);
      for (const port of ports) await server.waitForPort("tcp", port);
    };
    await start([8008, 8800], []);
    await start([8443, 8843], ["--server-ssl", "--server-certificate", certificate, "--server-key", key]);

    const event = await lab.write("event.ics", EVENT);
    const card = await lab.write("card.vcf", CARD);
    const agents = {
      calendar: "macOS/14.5 (23F79) CalendarAgent/1045",
      contacts: "macOS/14.5 (23F79) AddressBookCore/2495",
    };
    for (const [port, kind, file, host] of [
      [8008, "calendar", event, server.ipv4],
      [8443, "calendar", event, server.ipv6],
      [8800, "contacts", card, server.ipv6],
      [8843, "contacts", card, server.ipv4],
    ] as const) {
      await client.exec(["tee", "/etc/hosts"], { input: `${host} calendar.example\n` });
      const scheme = port === 8443 || port === 8843 ? "https" : "http";
      const url = `${scheme}://calendar.example:${port}/anna/${kind}/`;
      const ask = [
        "curl",
        "--silent",
        "--show-error",
        "--fail",
        "-k",
        "-A",
        agents[kind],
        "-u",
        "anna:lab-password",
      ];
      await client.exec([...ask, "-X", "MKCOL", "--data", COLLECTIONS[kind], url]);
      await client.exec([...ask, "-T", file, url]);
      await client.exec([...ask, "-X", "PROPFIND", "-H", "Depth: 1", url]);
    }
  },
};
