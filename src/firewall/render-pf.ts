/** Renders an allow-list for pf of macOS and the BSDs, in their common syntax (pf.conf(5)). */

import { formatIpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import type { Direction } from "../knowledge/port-list/off-list-ports.ts";
import type { AllowPlan, AllowRule, DestinationSet } from "./allow-plan.ts";
import type { FirewallPlace, Inside } from "./firewall-place.ts";
import { rangeText } from "./merge-ranges.ts";
import {
  BASE_NEEDS,
  headLines,
  loadingLines,
  NEIGHBOUR_DISCOVERY,
  networkNote,
  originLines,
  POLICY,
  placeLines,
} from "./plan-words.ts";

/** Conditions on a packet that opens a connection, in pf syntax. */
interface Opening {
  /** "in on lan0" */
  readonly way: string;
  readonly from: string;
  readonly to: string;
  /** The words between the port and "keep state". */
  readonly mark: string;
}

const TAGS: Readonly<Record<Direction, string>> = { outbound: "APPLE_OUT", inbound: "APPLE_IN" };

const LOADING = [
  ...loadingLines(
    "pfctl -a appleflow -f FILE",
    `sed 's/^${POLICY}//' FILE | pfctl -a appleflow -f -`,
    "pfctl -a appleflow -F all",
  ),
  '  This is an anchor: pf.conf needs the line anchor "appleflow" at its end, because the last matching rule decides.',
];

/**
 * Renders the file, for an anchor of its own. A `pass` keeps state and so allows answers and the ICMP errors that
 * belong to them. With its policy enabled all else is blocked in both directions, except for the loopback.
 */
export function renderPf(plan: AllowPlan, place: FirewallPlace): string {
  const inbound = plan.rules.filter(({ direction }) => direction === "inbound");
  const types = NEIGHBOUR_DISCOVERY.map(({ pf }) => pf).join(", ");
  const inside = place.kind === "router" ? place.inside : null;
  const { destinations = [] } = plan;
  const outbound = plan.rules.filter(({ direction }) => direction === "outbound");
  const opening = openingOf(inside, "outbound");
  const lines = [
    ...[...headLines(plan), ...placeLines(place, true), ...LOADING].map(comment),
    "",
    ...(inside === null || inside.networks.length === 0 ? [] : [tableLine(inside)]),
    ...destinations.flatMap(setLines),
    `${POLICY}block drop in all`,
    `${POLICY}block drop out all`,
    `${POLICY}pass on lo0 all no state`,
    "",
    "# IPv6 neighbour discovery: never forwarded.",
    `pass inet6 proto icmp6 all icmp6-type { ${types} } no state`,
    ...(inside === null ? [] : ["", ...routerLines(inside)]),
    "",
    `# ${BASE_NEEDS}`,
    ...plan.base.map(({ transport, first, last, purpose }) =>
      comment(`${passLine(opening, transport, { first, last })} # ${purpose}`),
    ),
    ...rulesOf(outbound, opening),
    ...(inbound.length === 0 ? [] : inboundLines(inbound, inside)),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * A forwarded packet passes the rules twice: where it comes in and where it leaves. Only what a rule let in from inside
 * has the tag that lets it leave.
 */
function routerLines(inside: Inside): string[] {
  const { way, from } = openingOf(inside, "outbound");
  return [
    "# Connections from the router itself, and to it from inside.",
    "pass out from self to any keep state",
    `pass ${way} from ${from} to self keep state`,
    "",
    "# Packets that a rule below accepted from inside may leave; nothing else is forwarded.",
    `pass out all tagged ${TAGS.outbound} keep state`,
  ];
}

/** Active on a host; on a router only offered, as they open ports to everybody outside. */
function inboundLines(rules: readonly AllowRule[], inside: Inside | null): string[] {
  const opening = openingOf(inside, "inbound");
  if (inside === null) return rulesOf(rules, opening);
  const { interfaceName, networks } = inside;
  const leaving = interfaceName === null ? "out" : `out on ${interfaceName}`;
  return [
    "",
    "# Services of a Mac. Remove one # from each line to allow them from outside; the last line keeps",
    "#   the router's own services closed.",
    `# pass ${leaving} from any to ${networks.length === 0 ? "any" : "<inside>"} tagged ${TAGS.inbound} keep state`,
    ...rulesOf(rules, opening).map((line) => (line === "" ? "#" : comment(line))),
    `# block drop ${opening.way} proto { tcp, udp } from ${opening.from} to self`,
  ];
}

function openingOf(inside: Inside | null, direction: Direction): Opening {
  if (inside === null) {
    return { way: direction === "outbound" ? "out" : "in", from: "any", to: "any", mark: "" };
  }
  const { interfaceName, networks } = inside;
  const own = networks.length === 0 ? "any" : "<inside>";
  // Networks without an interface do not prove where a packet comes from: a source may be forged.
  const other = interfaceName === null ? "! <inside>" : "any";
  const mark = ` tag ${TAGS[direction]}`;
  if (direction === "outbound") {
    return {
      way: interfaceName === null ? "in" : `in on ${interfaceName}`,
      from: own,
      to: other,
      mark,
    };
  }
  return {
    way: interfaceName === null ? "in" : `in on ! ${interfaceName}`,
    from: other,
    to: own,
    mark,
  };
}

function setLines({ name, networks }: DestinationSet): string[] {
  return [
    `table <${name}> const { \\`,
    ...networks.flatMap((network) => [`\t${network.prefix} \\`]),
    "}",
    ...networks.map((network) => comment(`${network.prefix} - ${networkNote(network)}`)),
  ];
}

function tableLine({ networks }: Inside): string {
  return `table <inside> const { ${networks.map(formatIpPrefix).join(", ")} }`;
}

function rulesOf(rules: readonly AllowRule[], opening: Opening): string[] {
  return rules.flatMap((rule) => [
    "",
    ...originLines(rule).map(comment),
    passLine(
      rule.destination === undefined || rule.destination === null
        ? opening
        : leading(opening, rule.destination),
      rule.transport,
      rule,
    ),
  ]);
}

/** Restricts an opening to the networks of a table. They are not inside, so the other end needs no further condition. */
function leading(opening: Opening, table: string): Opening {
  return { ...opening, to: `<${table}>` };
}

function passLine(
  { way, from, to, mark }: Opening,
  transport: "tcp" | "udp",
  range: { readonly first: number; readonly last: number },
): string {
  return `pass ${way} proto ${transport} from ${from} to ${to} port ${rangeText(range, ":")}${mark} keep state`;
}

function comment(line: string): string {
  return `# ${line}`;
}
