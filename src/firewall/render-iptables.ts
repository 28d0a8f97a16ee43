/**
 * An allow-list as a file for `iptables-restore` and `ip6tables-restore`: either ignores the rules of the other version of
 * IP, which begin with -4 or -6 (iptables(8)).
 */

import { formatIpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import type { Direction } from "../knowledge/port-list/off-list-ports.ts";
import type { AllowPlan, AllowRule } from "./allow-plan.ts";
import type { FirewallPlace, Inside } from "./firewall-place.ts";
import { rangeText } from "./merge-ranges.ts";
import {
  BASE_NEEDS,
  headLines,
  NEIGHBOUR_DISCOVERY,
  originLines,
  placeLines,
  ruleComment,
} from "./plan-words.ts";

/** Longest text of the comment match (XT_MAX_COMMENT_LEN of Linux, with its final NUL). */
const COMMENT_LENGTH = 255;
const CHAINS: Readonly<Record<Direction, string>> = { outbound: "APPLE-OUT", inbound: "APPLE-IN" };
/** Sorts what a router forwards by its direction. */
const DISPATCH = "APPLE-FORWARD";

/** The file: the built-in chain drops what the chains of its own do not accept. */
export function renderIptables(plan: AllowPlan, place: FirewallPlace): string {
  const hasInbound = plan.rules.some(({ direction }) => direction === "inbound");
  const isHost = place.kind === "host";
  const lines = [
    ...[...headLines(plan), ...placeLines(place, hasInbound)].map(comment),
    "# Load it with iptables-restore --noflush and ip6tables-restore --noflush. Without --noflush every",
    "#   other rule of the filter table is lost, those that guard this machine itself among them.",
    "*filter",
    `:${isHost ? "OUTPUT" : "FORWARD"} DROP [0:0]`,
    ...(isHost && hasInbound ? [":INPUT DROP [0:0]"] : []),
    ...(isHost ? [] : [`:${DISPATCH} - [0:0]`]),
    `:${CHAINS.outbound} - [0:0]`,
    ...(hasInbound ? [`:${CHAINS.inbound} - [0:0]`] : []),
    ...(isHost ? hostEntry(hasInbound) : routerEntry(place.inside, hasInbound)),
    `# ${BASE_NEEDS}`,
    ...plan.base.map(
      ({ transport, first, last }) =>
        `# -A ${CHAINS.outbound} -p ${transport} --dport ${rangeText({ first, last }, ":")} -j ACCEPT`,
    ),
    ...plan.rules.flatMap((rule) => [...originLines(rule).map(comment), ruleLine(rule)]),
    "COMMIT",
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * What is forwarded comes to the rules only by a jump that knows its direction. The jumps stand in a chain of their own, which
 * a second loading empties: those to another inside do not stay.
 */
function routerEntry(inside: Inside, hasInbound: boolean): string[] {
  return [
    `-A FORWARD -j ${DISPATCH}`,
    replies(DISPATCH),
    "# New connections, only from inside.",
    ...jumps(inside, "outbound"),
    ...(hasInbound
      ? [
          "# Take the # away to let the inbound services in from outside:",
          ...jumps(inside, "inbound").map(comment),
        ]
      : []),
  ];
}

/**
 * The jumps for packets that open a connection in this direction. Networks without an interface are no proof of where a packet
 * comes from: a source may be forged. So the chain returns what has its other end in them as well.
 */
function jumps({ interfaceName, networks }: Inside, direction: Direction): string[] {
  const [interfaceKey, own, other] = direction === "outbound" ? ["-i", "-s", "-d"] : ["-o", "-d", "-s"];
  const chain = CHAINS[direction];
  const device = interfaceName === null ? "" : ` ${interfaceKey} ${interfaceName}`;
  if (networks.length === 0) return [`-A ${DISPATCH}${device} -j ${chain}`];
  const texts = networks.map((network) => ({ ip: `-${network.version}`, text: formatIpPrefix(network) }));
  return [
    ...(interfaceName === null
      ? texts.map(({ ip, text }) => `${ip} -A ${chain} ${other} ${text} -j RETURN`)
      : []),
    ...texts.map(({ ip, text }) => `${ip} -A ${DISPATCH}${device} ${own} ${text} -j ${chain}`),
  ];
}

function hostEntry(hasInbound: boolean): string[] {
  const chains = [
    { builtIn: "OUTPUT", loopback: "-o lo", chain: CHAINS.outbound },
    ...(hasInbound ? [{ builtIn: "INPUT", loopback: "-i lo", chain: CHAINS.inbound }] : []),
  ];
  return chains.flatMap(({ builtIn, loopback, chain }) => [
    `-A ${builtIn} ${loopback} -j ACCEPT`,
    replies(builtIn),
    ...NEIGHBOUR_DISCOVERY.map(({ type }) => `-6 -A ${builtIn} -p ipv6-icmp --icmpv6-type ${type} -j ACCEPT`),
    `-A ${builtIn} -j ${chain}`,
  ]);
}

/** Answers, and ICMP errors that belong to a connection, such as packet too big. */
function replies(chain: string): string {
  return `-A ${chain} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT`;
}

function ruleLine(rule: AllowRule): string {
  const match = `-p ${rule.transport} --dport ${rangeText(rule, ":")}`;
  return `-A ${CHAINS[rule.direction]} ${match} -m comment --comment "${ruleComment(rule, COMMENT_LENGTH)}" -j ACCEPT`;
}

function comment(line: string): string {
  return `# ${line}`;
}
