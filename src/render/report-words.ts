/** Names of groups of flows in reports. */
import type { GroupSummary } from "../reports/traffic/summary.ts";

/** Maximum number of products in a row. */
const MOST_NAMED = 3;

/** The products of a group in a few words: "Maps", "Maps or Siri", "Stores and media, one of 7". */
export function productsText(
  products: readonly string[],
  familyOf: (product: string) => string | null,
): string {
  if (products.length <= MOST_NAMED) return orText(products);
  const families = new Set(products.map(familyOf));
  const [family] = families;
  if (families.size === 1 && family !== null) return `${family}, one of ${products.length}`;
  return `${products.slice(0, MOST_NAMED - 1).join(", ")} or one of ${products.length - MOST_NAMED + 1} more`;
}

function orText(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`;
}

/** The service of a group: "443/tcp https", "57621/udp", "49152-65535/udp"; with a plain hyphen for every terminal. */
export function serviceText({ service, ports }: Pick<GroupSummary, "service" | "ports">): string {
  const { transport, name } = service;
  // One port says more than the range of its row.
  const [port] = ports;
  const text = ports.length === 1 ? port.slice(port.indexOf("/") + 1) : (service.ports ?? "several ports");
  return `${text.replaceAll("–", "-")}/${transport}${name === null ? "" : ` ${serviceWord(name)}`}`;
}

/** Protocols whose first bytes name the server. */
const NAMING: ReadonlySet<GroupSummary["protocol"]> = new Set(["tls", "quic", "http", "http2", "websocket"]);

/** A group by its payload's protocol: "22/tcp ssh, any vendor's", "443/tcp tls, no name seen"; by its service if unknown. */
export function spokenText(
  group: Pick<GroupSummary, "service" | "ports" | "protocol" | "protocolSeen" | "names">,
): string {
  const { service, ports, protocol, protocolSeen, names } = group;
  if (protocol === null) return serviceText(group);
  const unnamed = names.length === 0 ? ", no name seen" : "";
  const whose = !protocolSeen ? "" : NAMING.has(protocol) ? unnamed : ", any vendor's";
  return `${serviceText({ service: { ...service, name: null }, ports })} ${protocol}${whose}`;
}

/** Common names of services that the list names by the registry. */
const SERVICE_WORDS: ReadonlyMap<string, string> = new Map([
  ["domain", "DNS"],
  ["bootps", "DHCP"],
  ["bootpc", "DHCP"],
  ["ntp", "NTP"],
  ["microsoft-ds", "SMB"],
  ["ftp-data", "FTP data"],
]);

/** The common name of a service in the list: "domain" is DNS. Rows without a name contain a dash. */
export function serviceWord(name: string): string {
  const named = name.split(", ").filter((part) => part !== "—");
  return named.map((part) => SERVICE_WORDS.get(part) ?? part).join(", ");
}

/** The candidates of a group of class `listed` or `range`, in words. */
export function candidatesText(
  { class: flowClass, candidates }: Pick<GroupSummary, "class" | "candidates">,
  isWithdrawn: (product: string) => boolean,
): string {
  if (flowClass === "range") return "a range of the list";
  if (candidates.length > MOST_NAMED) return `one of ${candidates.length} products?`;
  const withdrawn = candidates.filter(isWithdrawn).map((name) => `${name} (withdrawn)`);
  return `${[...candidates.filter((name) => !isWithdrawn(name)), ...withdrawn].join(", ")}?`;
}
