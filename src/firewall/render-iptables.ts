/**
 * Renders an allow-list as a file for `iptables-restore` and `ip6tables-restore`: each ignores the rules of the other
 * IP version, which begin with -4 or -6 (iptables(8)). Networks are ipset sets, whose lines are comments in the same
 * file.
 */

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
  ruleComment,
} from "./plan-words.ts";

/** Maximum length of the comment match (XT_MAX_COMMENT_LEN of Linux, including the final NUL). */
const COMMENT_LENGTH = 255;
const CHAINS: Readonly<Record<Direction, string>> = { outbound: "APPLE-OUT", inbound: "APPLE-IN" };
/** Chain that dispatches forwarded packets by direction. */
const DISPATCH = "APPLE-FORWARD";
/** Chains for packets that a host sends and receives. */
const HOST_CHAINS: Readonly<Record<Direction, string>> = { outbound: "APPLE-OUTPUT", inbound: "APPLE-INPUT" };
/** Prefix of the lines for `ipset restore`. */
const IPSET = "#ipset ";

/** A built-in chain, and the chain of this file that it jumps to. */
interface Entry {
  readonly builtIn: string;
  readonly chain: string;
}

/** Renders the file: built-in chains jump to its own chains, which accept or return. */
export function renderIptables(plan: AllowPlan, place: FirewallPlace): string {
  const hasInbound = plan.rules.some(({ direction }) => direction === "inbound");
  const isHost = place.kind === "host";
  const entries: Entry[] = isHost
    ? [
        { builtIn: "OUTPUT", chain: HOST_CHAINS.outbound },
        ...(hasInbound ? [{ builtIn: "INPUT", chain: HOST_CHAINS.inbound }] : []),
      ]
    : [{ builtIn: "FORWARD", chain: DISPATCH }];
  const chains = [
    ...entries.map(({ chain }) => chain),
    CHAINS.outbound,
    ...(hasInbound ? [CHAINS.inbound] : []),
  ];
  const lines = [
    ...[...headLines(plan), ...placeLines(place, hasInbound), ...howToLoad(plan, entries, chains)].map(
      comment,
    ),
    ...ipsetLines(plan),
    "*filter",
    ...entries.map(({ builtIn }) => `${POLICY}:${builtIn} DROP [0:0]`),
    ...chains.map((chain) => `:${chain} - [0:0]`),
    ...entries.map(({ builtIn, chain }) => `-I ${builtIn} -j ${chain}`),
    ...(isHost ? hostEntry(hasInbound) : routerEntry(place.inside, hasInbound)),
    `# ${BASE_NEEDS}`,
    ...plan.base.map(
      ({ transport, first, last }) =>
        `# -A ${CHAINS.outbound} -p ${transport} --dport ${rangeText({ first, last }, ":")} -j ACCEPT`,
    ),
    ...plan.rules.flatMap((rule) => [...originLines(rule).map(comment), ...ruleLines(rule, plan)]),
    "COMMIT",
  ];
  return `${lines.join("\n")}\n`;
}

function howToLoad(plan: AllowPlan, entries: readonly Entry[], chains: readonly string[]): string[] {
  const both = (command: (program: string) => string) => `${command("iptables")}; ${command("ip6tables")}`;
  const sets = setNames(plan).map(({ name }) => name);
  const back = (program: string) =>
    [
      ...entries.map(
        ({ builtIn, chain }) => `while ${program} -D ${builtIn} -j ${chain} 2>/dev/null; do :; done`,
      ),
      ...chains.map((chain) => `${program} -F ${chain}`),
      ...chains.map((chain) => `${program} -X ${chain}`),
    ].join("; ");
  return [
    ...loadingLines(
      both((program) => `${program}-restore --noflush FILE`),
      both((program) => `sed 's/^${POLICY}//' FILE | ${program}-restore --noflush`),
      both(back),
    ),
    "  Without --noflush every other rule of the filter table is lost, including those that protect this machine.",
    ...entries.map(
      ({ builtIn }) =>
        `  Undo the policy only:  iptables -P ${builtIn} ACCEPT; ip6tables -P ${builtIn} ACCEPT`,
    ),
    ...(sets.length === 0
      ? []
      : [
          `  Sets, before loading:  sed -n 's/^${IPSET}//p' FILE | ipset -exist restore`,
          `  Sets, after undoing:   ${sets.map((name) => `ipset destroy ${name}`).join("; ")}`,
        ]),
  ];
}

/** Returns the set of each IP version that has networks. */
function setNames({
  destinations = [],
}: AllowPlan): { readonly set: DestinationSet; readonly version: 4 | 6; readonly name: string }[] {
  return destinations.flatMap((set) =>
    ([4, 6] as const)
      .filter((version) => set.networks.some((network) => network.version === version))
      .map((version) => ({ set, version, name: setName(set, version) })),
  );
}

function setName({ name }: DestinationSet, version: 4 | 6): string {
  return `${name.replaceAll("_", "-")}-v${version}`;
}

function ipsetLines(plan: AllowPlan): string[] {
  return setNames(plan).flatMap(({ set, version, name }) => [
    `${IPSET}create ${name} hash:net family ${version === 4 ? "inet" : "inet6"}`,
    `${IPSET}flush ${name}`,
    ...set.networks
      .filter((network) => network.version === version)
      .flatMap((network) => [`${IPSET}# ${networkNote(network)}`, `${IPSET}add ${name} ${network.prefix}`]),
  ]);
}

/**
 * Forwarded packets reach the rules only by a jump that checks their direction. The jumps have a chain of their own,
 * which reloading flushes, so that jumps for another inside do not remain.
 */
function routerEntry(inside: Inside, hasInbound: boolean): string[] {
  return [
    replies(DISPATCH),
    "# New connections, only from inside.",
    ...jumps(inside, "outbound"),
    ...(hasInbound
      ? ["# Uncomment to allow the inbound services from outside:", ...jumps(inside, "inbound").map(comment)]
      : []),
  ];
}

/**
 * Returns the jumps for packets that open a connection in this direction. Networks without an interface do not prove
 * where a packet comes from: a source may be forged. So the chain returns packets whose other end is in them too.
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
  const directions: readonly Direction[] = hasInbound ? ["outbound", "inbound"] : ["outbound"];
  return directions.flatMap((direction) => {
    const entry = HOST_CHAINS[direction];
    return [
      `-A ${entry} ${direction === "outbound" ? "-o" : "-i"} lo -j ACCEPT`,
      replies(entry),
      ...NEIGHBOUR_DISCOVERY.map(({ type }) => `-6 -A ${entry} -p ipv6-icmp --icmpv6-type ${type} -j ACCEPT`),
      `-A ${entry} -j ${CHAINS[direction]}`,
    ];
  });
}

/** Accepts replies, and ICMP errors that belong to a connection, such as packet too big. */
function replies(chain: string): string {
  return `-A ${chain} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT`;
}

function ruleLines(rule: AllowRule, plan: AllowPlan): string[] {
  const match = `-p ${rule.transport} --dport ${rangeText(rule, ":")}`;
  const line = (ip: string, to: string) =>
    `${ip}-A ${CHAINS[rule.direction]} ${match}${to} -m comment --comment "${ruleComment(rule, COMMENT_LENGTH)}" -j ACCEPT`;
  const sets = setNames(plan).filter(({ set }) => set.name === rule.destination);
  if (sets.length === 0) return [line("", "")];
  return sets.map(({ version, name }) => line(`-${version} `, ` -m set --match-set ${name} dst`));
}

function comment(line: string): string {
  return `# ${line}`;
}
