/**
 * Texts of a ruleset's comments, shared by every format. They come from data files, including the user's own, and end
 * up in files that firewalls execute: only plain ASCII is kept, and nothing that a parser could act on.
 */

import { formatIpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import type { AllowPlan, AllowRule, DestinationNetwork, LeftOut, RuleOrigin } from "./allow-plan.ts";
import type { FirewallPlace, Inside } from "./firewall-place.ts";

/** Name of the list in comments. */
const LIST_NAME = "Apple's list of ports (HT202944, 2018-02-13)";
const COMMENT_COLUMNS = 98;

/**
 * Prefix of the lines that drop everything else. They are comments until the user removes it: a file that opens ports
 * must not close others unasked.
 */
export const POLICY = "#policy ";

/** Returns header lines on how to load the ruleset, enable the policy, and revert. */
export function loadingLines(load: string, loadWithPolicy: string, back: string): string[] {
  return [
    "Loading it does not block other traffic. Lines that begin with #policy drop everything else,",
    "  also from outside: remove the mark to enable them.",
    `  Load:         ${load}`,
    `  with policy:  ${loadWithPolicy}`,
    `  Undo:         ${back}`,
  ];
}

/** Returns lines on the origin of networks, and what no prefix covers. */
export function destinationLines({ destinations = [] }: AllowPlan, columns = COMMENT_COLUMNS): string[] {
  if (destinations.length === 0) return [];
  return wrapWords(
    "Only Apple's own networks are allowed. Content networks of others also serve Apple's names, from addresses that change: they have no prefix of their own and are not allowed here; use --to names for them. After each network: its use; keys of data/sources.tsv; the date.",
    columns,
  );
}

/** Returns "17.0.0.0/8 - Apple as a whole; apple-102266; 2026-11" without the prefix. */
export function networkNote({ use, source, date }: DestinationNetwork): string {
  return plainText(`${use}; ${source.replaceAll(" | ", ", ")}; ${date}`);
}

/** Heading of the offered rules, which are comments. */
export const BASE_NEEDS = "What every network needs: uncomment where nothing else allows it.";

/** ICMPv6 messages that hosts need to find routers and neighbours (RFC 4861, section 4), in each firewall's terms. */
export const NEIGHBOUR_DISCOVERY = [
  { type: 133, nftables: "nd-router-solicit", pf: "routersol" },
  { type: 134, nftables: "nd-router-advert", pf: "routeradv" },
  { type: 135, nftables: "nd-neighbor-solicit", pf: "neighbrsol" },
  { type: 136, nftables: "nd-neighbor-advert", pf: "neighbradv" },
] as const;

const WHY: Readonly<Record<LeftOut["why"], string>> = {
  wide: "Left out, because rows of more than 100 ports open far more than needed (--with-wide):",
  "off-list": "Needed, but not on Apple's list (--with-off-list):",
  inbound: "Services of a Mac, from outside (--with-inbound):",
  retired: "Left out, because discontinued (--with-retired, or name the product):",
  local: "Left out, because devices use it among themselves, without Apple's networks:",
};
const WHY_ORDER = ["wide", "off-list", "inbound", "retired", "local"] as const;

/**
 * Keeps ASCII without quotes, backslashes and other characters that a shell or parser interprets: safe within any
 * comment.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(/[–—]/g, "-")
    .replaceAll(/[^\x20-\x7e]/gu, "?")
    .replaceAll(/["\\`$]/g, "'");
}

/** Returns the header of a ruleset: its purpose, and what was left out; lines of at most `columns`. */
export function headLines(plan: AllowPlan, columns = COMMENT_COLUMNS): string[] {
  const lines = wrapWords(
    `Allow-list for ${plan.subject}, by appleflow from ${LIST_NAME}. Rules open exactly the ports of the rows that they name.`,
    columns,
  );
  lines.push(...destinationLines(plan, columns));
  for (const why of WHY_ORDER) {
    const left = plan.leftOut.filter((one) => one.why === why);
    if (left.length > 0) lines.push(...wrapWords(`${WHY[why]} ${leftOutText(left)}.`, columns));
  }
  if (plan.rules.length === 0) lines.push("There is nothing to open.");
  return lines;
}

/** Returns who may open connections on a router, for the header of a ruleset. */
export function insideLine(inside: Inside): string {
  return `For a router. Devices inside (${insideText(inside)}) may open connections to these ports. From outside, only replies and their ICMP errors are allowed.`;
}

/**
 * Returns what loading the ruleset does to traffic, for its header.
 *
 * @param filtersInbound for a host: whether the ruleset also filters inbound packets
 */
export function placeLines(place: FirewallPlace, filtersInbound: boolean): string[] {
  const host = `For a host. It may open connections to these ports. With the policy, everything else it sends is dropped. ${
    filtersInbound
      ? "So is everything else that comes in, except replies."
      : "Incoming traffic is not filtered."
  }`;
  const dropped =
    "With the policy, all other forwarded traffic is dropped, including other traffic of the devices.";
  return wrapWords(place.kind === "router" ? `${insideLine(place.inside)} ${dropped}` : host);
}

/** Returns "at lan0, in 10.1.0.0/16, fd00::/8". */
function insideText({ interfaceName, networks }: Inside): string {
  return [
    ...(interfaceName === null ? [] : [`at ${interfaceName}`]),
    ...(networks.length === 0 ? [] : [`in ${networks.map(formatIpPrefix).join(", ")}`]),
  ].join(", ");
}

/** Returns "49152-65535/udp (Back to My Mac), ...", each row once. */
export function leftOutText(leftOut: readonly LeftOut[]): string {
  const products = new Map<string, Set<string>>();
  for (const { what, products: names } of leftOut) {
    const known = products.get(what) ?? new Set();
    for (const name of names) known.add(name);
    products.set(what, known);
  }
  return [...products]
    .map(([what, names]) => (names.has(what) ? what : `${what} (${[...names].join(", ")})`))
    .join(", ");
}

/** Returns the lines above a rule: each row that it comes from, with products and reasons. */
export function originLines(rule: AllowRule, columns = COMMENT_COLUMNS): string[] {
  return rule.origins.flatMap((origin) => wrapWords(originText(origin, rule.isListed), columns));
}

function originText({ row, service, products, reason }: RuleOrigin, isListed: boolean): string {
  const mark = isListed ? "" : "NOT ON APPLE'S LIST: ";
  const name = service === "" ? row : `${row} ${service}`;
  return `${mark}${name}: ${products.join(", ")}${reason === "" ? "" : ` - ${reason}`}`;
}

/** Returns a comment that stays within the loaded rule: the rows, and as many of the products as fit in `length`. */
export function ruleComment(rule: AllowRule, length: number): string {
  const rows = [...new Set(rule.origins.map(({ row }) => row))].join(", ");
  const products = [...new Set(rule.origins.flatMap((origin) => origin.products))].join(", ");
  const mark = rule.isListed ? "list" : "not on Apple's list";
  const text = plainText(`${mark}: ${rows}: ${products}`);
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}

/** Wraps plain text to lines of at most `columns`, except for longer words. */
export function wrapWords(text: string, columns = COMMENT_COLUMNS): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of plainText(text).split(" ")) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = `  ${word}`;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}
