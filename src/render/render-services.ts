/** Rows of the list as a services file (services(5)), from which Wireshark and others read port names. */
import type { RowRecord } from "../knowledge/port-list/list-records.ts";
import { escapeText } from "./render-escape.ts";

/** Maximum number of products in a line's comment. */
const MOST_PRODUCTS = 6;
/** Maximum length of a service name (RFC 6335, 5.1). */
const MOST_NAME = 15;
/** Multiples of 8, as in most such files. */
const NAME_WIDTH = 16;
const PORT_WIDTH = 12;

const HEAD = `# Ports of Apple's list by name, as a services(5) file. For Wireshark: save it as "services" in the personal
# configuration folder (Help > About Wireshark > Folders), and turn on View > Name Resolution > Resolve Transport Addresses.
# The name is that of the service. Products follow in a comment: they may use the port, and so may others.
# Ranges of more than 100 ports are left out, as they say nothing about a single port.
`;

/** Replaces names of the list that are too long, or that belong to another service: IANA's name, or the common one. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  "smtp-legacy": "submissions",
  "nat-stun-port-ipether232port": "stun",
  "real-time-transport-protocol": "rtp",
  "apple-push-notification-service": "apns",
  "nat-port-mapping-protocol-announcements": "nat-pmp-status",
  "netinfo-static-port": "netinfo",
  "jabber-client": "xmpp-client",
  "tomcat-remote-shutdown": "tomcat-shutdown",
  "tomcat-standalone": "tomcat",
  "web-password-reset": "password-reset",
  "address-book-service": "addressbook",
};

interface Service {
  readonly port: number;
  readonly transport: string;
  name: string;
  /** Number of ports of the row with the name: a row of fewer ports is more specific. */
  ports: number;
  readonly products: Set<string>;
}

/** A line for each port and transport, by port. */
export function renderServices(rows: readonly RowRecord[]): string {
  const services = new Map<string, Service>();
  for (const row of rows) {
    if (row.match === "wide") continue;
    const ports = portsOf(row);
    const own = { name: nameOf(row), ports: ports.length };
    const places = ports.flatMap((port) => transportsOf(row).map((transport) => ({ port, transport })));
    for (const place of places) {
      const key = `${place.port}/${place.transport}`;
      const service = services.get(key) ?? { ...place, ...own, products: new Set() };
      services.set(key, service);
      for (const product of row.products) service.products.add(product);
      if (own.ports < service.ports) Object.assign(service, own);
    }
  }
  const lines = [...services.values()]
    .sort((a, b) => a.port - b.port || (a.transport < b.transport ? -1 : 1))
    .map(({ port, transport, name, products }) => {
      const comment = commentOf([...products]);
      return `${name.padEnd(NAME_WIDTH)}${`${port}/${transport}`.padEnd(PORT_WIDTH)}${comment}`.trimEnd();
    });
  return `${HEAD}${lines.map((line) => `${line}\n`).join("")}`;
}

/** Each port of a row: a file of services has no ranges. */
function portsOf({ port }: RowRecord): readonly number[] {
  return port.split(/, */).flatMap((part) => {
    const [first, last = first] = part.split("–").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

function transportsOf({ transport }: RowRecord): readonly string[] {
  const named = ["tcp", "udp"].filter((name) => transport.toLowerCase().split("/").includes(name));
  // "—": unknown in the list.
  return named.length === 0 ? ["tcp", "udp"] : named;
}

/** Lower-case letters, digits and hyphens, with at least one letter (RFC 6335, 5.1). */
function nameOf({ serviceName, protocolName, products }: RowRecord): string {
  const words = [serviceName, serviceName.replace(/ *\(.*\)/, ""), protocolName.replace(/ *\(.*\)/, "")];
  const names = [...words, products[0] ?? ""].map((text) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, ""),
  );
  const known = names.find((name) => Object.hasOwn(SHORT_NAMES, name));
  if (known !== undefined) return SHORT_NAMES[known];
  return shorten(names.slice(1).find((name) => /[a-z]/.test(name)) ?? "unnamed");
}

/** Cuts at a hyphen if there is one. */
function shorten(name: string): string {
  if (name.length <= MOST_NAME) return name;
  const end = name.lastIndexOf("-", MOST_NAME);
  return name.slice(0, end > 0 ? end : MOST_NAME);
}

function commentOf(products: readonly string[]): string {
  if (products.length === 0) return "";
  const more = products.length - MOST_PRODUCTS;
  const shown = products.slice(0, MOST_PRODUCTS).join(", ");
  return `# ${escapeText(shown)}${more > 0 ? ` and ${more} more` : ""}`;
}
