/** Rows of the list as a services file, from which Wireshark reads port names. */
import type { RowRecord } from "../knowledge/port-list/list-records.ts";
import { escapeText } from "./render-escape.ts";

/** Maximum number of products in a line's comment. */
const MOST_PRODUCTS = 6;
/** Wireshark would truncate a longer name. */
const MOST_NAME = 40;

const HEAD = `# Ports of Apple's list by name. For Wireshark: save it as "services" in the personal configuration folder
# (Help, About Wireshark, Folders), and switch View, Name Resolution, Resolve Transport Addresses on.
# The name is that of the service. Products follow in a comment: they may use the port, and so may others.
# Ranges of more than 100 ports are left out, as they say nothing about a single port.
`;

/** A line for each port and transport, ranges before the ports inside them: the last name wins. */
export function renderServices(rows: readonly RowRecord[]): string {
  const services = new Map<string, { readonly name: string; readonly products: Set<string> }>();
  for (const row of rows) {
    if (row.match === "wide") continue;
    const ports = row.port.split(/, */).map((port) => port.replace("–", "-"));
    for (const key of ports.flatMap((port) => transportsOf(row).map((transport) => `${port}/${transport}`))) {
      const service = services.get(key) ?? { name: nameOf(row), products: new Set() };
      for (const product of row.products) service.products.add(product);
      services.set(key, service);
    }
  }
  const lines = [...services].map(([key, { name, products }]) => ({
    isRange: key.includes("-"),
    text: `${name}\t${key}${commentOf([...products])}\n`,
  }));
  lines.sort((one, other) => Number(other.isRange) - Number(one.isRange));
  return HEAD + lines.map(({ text }) => text).join("");
}

function transportsOf({ transport }: RowRecord): readonly string[] {
  const named = ["tcp", "udp"].filter((name) => transport.toLowerCase().split("/").includes(name));
  // "—": unknown in the list.
  return named.length === 0 ? ["tcp", "udp"] : named;
}

/** A valid name in such a file: no spaces, nothing that begins a comment. */
function nameOf({ serviceName, protocolName, products }: RowRecord): string {
  const words = [
    serviceName.replace(/ *\(.*\)/, ""),
    protocolName.replace(/ *\(.*\)/, ""),
    products[0] ?? "",
  ];
  const names = words.map((text) => text.replace(/[^A-Za-z0-9._]+/g, "-").replace(/^-|-$/g, ""));
  return (names.find((name) => name !== "") ?? "unnamed").slice(0, MOST_NAME);
}

function commentOf(products: readonly string[]): string {
  if (products.length === 0) return "";
  const more = products.length - MOST_PRODUCTS;
  const shown = products.slice(0, MOST_PRODUCTS).join(", ");
  return `\t# ${escapeText(shown)}${more > 0 ? ` and ${more} more` : ""}`;
}
