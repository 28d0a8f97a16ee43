/** Renders names for resolvers: dnsmasq, unbound, response policy zones (BIND and others), AdGuard Home and Pi-hole. */

import type { AllowPlan, AllowRule } from "./allow-plan.ts";
import type { FirewallPlace } from "./firewall-place.ts";
import type { NameEntry, NamePlan } from "./name-plan.ts";
import { nameHead, nameNote, unsaidLines } from "./name-words.ts";
import { POLICY } from "./plan-words.ts";
import { renderNftables } from "./render-nftables.ts";

/** Prefix of the lines for nft. */
const NFT = "#nft ";
/** Name of the set of addresses that a resolver fills. */
const SET = "apple_names";
/** How long an address stays in a set after it was returned: longer than answers are cached. */
const SET_TIMEOUT = "1d";

/**
 * For dnsmasq (dnsmasq(8), nftset): adds the addresses of these names to sets of nftables, which rules in the same file
 * allow. Each line covers a name and all names below it.
 */
export function renderDnsmasq(plan: NamePlan, ports: AllowPlan, place: FirewallPlace): string {
  const sayable = plan.names.filter(({ kind }) => kind !== "pattern");
  const lines = [
    ...[
      ...nameHead(plan, "Names"),
      "A line covers its name and all names below it. Devices must use this dnsmasq as their only resolver.",
      "  Load:       first the sets and rules: sed -n 's/^#nft //p' FILE | nft -f -",
      "              then this file in dnsmasq's conf-dir, and restart it",
      `  Policy:     the same with another sed: sed -n 's/^#nft //p' FILE | sed 's/^${POLICY}//' | nft -f -`,
      "  Undo:       nft delete table inet appleflow, and remove the file",
      ...unsaidLines(plan),
    ].map(comment),
    ...nftLines(ports, place).map((line) => `${NFT}${line}`),
    ...sayable.flatMap((entry) => [
      comment(nameNote(entry)),
      `nftset=/${entry.name}/4#inet#appleflow#${SET}_v4,6#inet#appleflow#${SET}_v6`,
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Returns the table of a plan whose rules use the sets that dnsmasq fills. */
function nftLines(ports: AllowPlan, place: FirewallPlace): string[] {
  const rules: AllowRule[] = ports.rules.map((rule) => ({ ...rule, destination: SET }));
  const networks = ([4, 6] as const).map((version) => ({
    prefix: "",
    version,
    use: "filled by dnsmasq",
    source: "",
    date: "",
  }));
  const destinations = [{ name: SET, purpose: "addresses of the names, from answers", networks }];
  const text = renderNftables({ ...ports, rules, destinations }, place);
  return text
    .replaceAll(
      /type ipv(\d)_addr; flags interval;\n\t\telements = \{\n[^}]*\}/g,
      `type ipv$1_addr; flags timeout; timeout ${SET_TIMEOUT};`,
    )
    .trimEnd()
    .split("\n")
    .filter((line) => !/^#(?!policy )/.test(line) && line !== "");
}

/** For unbound (unbound.conf(5), local-zone): names that stay resolvable if a zone above them is refused. */
export function renderUnbound(plan: NamePlan): string {
  const lines = [
    ...[
      ...nameHead(plan, "Names"),
      "Include it in unbound.conf. A line covers its name and all names below it. It refuses nothing; to refuse all other names,",
      "  remove the mark from the line that begins with #policy. Undo: remove the include.",
      ...unsaidLines(plan),
    ].map(comment),
    "server:",
    `${POLICY}\tlocal-zone: "." refuse`,
    ...plan.names
      .filter(({ kind }) => kind !== "pattern")
      .flatMap((entry) => [`\t${comment(nameNote(entry))}`, `\tlocal-zone: "${entry.name}." transparent`]),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Renders a response policy zone (draft-vixie-dnsop-dns-rpz): answers for these names pass unchanged, whatever later
 * zones contain. A wildcard covers all names below, not the name itself.
 */
export function renderRpz(plan: NamePlan): string {
  const serial = serialOf(plan.names);
  const lines = [
    ...[
      ...nameHead(plan, "Names"),
      "A zone of its own, first in response-policy. It refuses nothing; to make all other names not exist, remove the mark",
      "  from the line that begins with #policy. Undo: remove the zone from response-policy.",
      ...unsaidLines(plan),
    ].map((line) => `; ${line}`),
    "$TTL 300",
    `@ IN SOA localhost. root.localhost. ( ${serial} 3600 600 86400 300 )`,
    "@ IN NS localhost.",
    ...plan.names
      .filter(({ kind }) => kind !== "pattern")
      .flatMap((entry) => [
        `; ${nameNote(entry)}`,
        `${entry.name} IN CNAME rpz-passthru.`,
        ...(entry.kind === "suffix" ? [`*.${entry.name} IN CNAME rpz-passthru.`] : []),
      ]),
    `; ${POLICY}* IN CNAME .`,
  ];
  return `${lines.join("\n")}\n`;
}

/** For AdGuard Home and Pi-hole: exceptions from blocklists. In both, ||name^ covers a name and all names below it. */
export function renderAdguard(plan: NamePlan): string {
  const lines = [
    ...[
      ...nameHead(plan, "Names"),
      "Exceptions from blocklists. A line covers its name and all names below it.",
      ...unsaidLines(plan),
    ].map((line) => `! ${line}`),
    ...plan.names
      .filter(({ kind }) => kind !== "pattern")
      .flatMap((entry) => [`! ${nameNote(entry)}`, `@@||${entry.name}^`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Returns "2026110000" for the newest date: a serial that grows with the data (RFC 1982). */
function serialOf(names: readonly NameEntry[]): string {
  const newest = names.reduce((date, entry) => (entry.date > date ? entry.date : date), "1970");
  const [year, month = "01", day = "00"] = newest.split("-");
  return `${year}${month}${day}00`;
}

function comment(line: string): string {
  return `# ${line}`;
}
