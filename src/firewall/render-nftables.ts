/**
 * Renders an allow-list as a file for `nft -f`: a table of its own for IPv4 and IPv6, replaced by loading again. An
 * accept ends only the chains of this table (nft(8)): what another table drops stays dropped.
 */

import { formatIpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import type { Direction } from "../knowledge/port-list/off-list-ports.ts";
import type { AllowPlan, AllowRule } from "./allow-plan.ts";
import { type FirewallPlace, type Inside, networksOf } from "./firewall-place.ts";
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
  plainText,
  ruleComment,
} from "./plan-words.ts";

/** Maximum comment of a rule, in bytes (NFTNL_UDATA_COMMENT_MAXLEN of nftables). */
const COMMENT_LENGTH = 127;
const LOADING = loadingLines(
  "nft -f FILE",
  `sed 's/^${POLICY}//' FILE | nft -f -`,
  "nft delete table inet appleflow",
);
const DROP = `${POLICY}\t\tcounter drop comment "everything else"`;

/** Renders the file. Off-list and inbound rules appear only if the plan has them. */
export function renderNftables(plan: AllowPlan, place: FirewallPlace): string {
  const hasInbound = plan.rules.some(({ direction }) => direction === "inbound");
  const lines = [
    "#!/usr/sbin/nft -f",
    ...[...headLines(plan), ...placeLines(place, hasInbound), ...LOADING].map(comment),
    "",
    "table inet appleflow",
    "delete table inet appleflow",
    "table inet appleflow {",
    ...setLines(plan),
    ...(place.kind === "router"
      ? routerChains(plan, place.inside, hasInbound)
      : hostChains(plan, hasInbound)),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** The rules are in chains without a hook: forwarded packets reach them only by the jump that checks their direction. */
function routerChains(plan: AllowPlan, inside: Inside, hasInbound: boolean): string[] {
  const inbound = [
    "\tchain inbound {",
    "\t\t# Services of a Mac. Nothing jumps here yet.",
    ...rulesOf(plan, "inbound"),
    "\t}",
    "",
  ];
  return [
    ...(hasInbound ? inbound : []),
    "\tchain outbound {",
    ...baseLines(plan),
    ...rulesOf(plan, "outbound"),
    "\t}",
    "",
    "\tchain forward {",
    "\t\ttype filter hook forward priority filter; policy accept;",
    ...replies(),
    "",
    "\t\t# New connections, only from inside.",
    ...matches(inside, "outbound").map((match) => `\t\t${match} jump outbound`),
    ...(hasInbound
      ? [
          "",
          "\t\t# Uncomment to allow the inbound services from outside:",
          ...matches(inside, "inbound").map((match) => `\t\t# ${match} jump inbound`),
        ]
      : []),
    DROP,
    "\t}",
  ];
}

function hostChains(plan: AllowPlan, hasInbound: boolean): string[] {
  const inbound = [
    "\tchain inbound {",
    "\t\ttype filter hook input priority filter; policy accept;",
    '\t\tiifname "lo" accept',
    ...replies(),
    ...neighbourDiscovery(),
    ...rulesOf(plan, "inbound"),
    DROP,
    "\t}",
    "",
  ];
  return [
    ...(hasInbound ? inbound : []),
    "\tchain outbound {",
    "\t\ttype filter hook output priority filter; policy accept;",
    '\t\toifname "lo" accept',
    ...replies(),
    ...neighbourDiscovery(),
    "",
    ...baseLines(plan),
    ...rulesOf(plan, "outbound"),
    DROP,
    "\t}",
  ];
}

/** Renders the sets of networks that rules allow, each network with its origin. */
function setLines({ destinations = [] }: AllowPlan): string[] {
  return destinations.flatMap(({ name, purpose, networks }) =>
    ([4, 6] as const).flatMap((version) => {
      const own = networks.filter((network) => network.version === version);
      if (own.length === 0) return [];
      return [
        `\t# ${plainText(purpose)}`,
        `\tset ${name}_v${version} {`,
        `\t\ttype ipv${version}_addr; flags interval;`,
        "\t\telements = {",
        ...own.map((network) => `\t\t\t${network.prefix}, # ${networkNote(network)}`),
        "\t\t}",
        "\t}",
        "",
      ];
    }),
  );
}

/**
 * Returns the matches for a packet that opens a connection in this direction, one for each IP version that differs.
 * Networks without an interface do not prove where a packet comes from: a source may be forged. So the other end must
 * be outside of them, which a forged packet to a device is not.
 */
function matches(inside: Inside, direction: Direction): string[] {
  const [interfaceKey, own, other] =
    direction === "outbound" ? ["iifname", "saddr", "daddr"] : ["oifname", "daddr", "saddr"];
  const { interfaceName } = inside;
  const device = interfaceName === null ? "" : `${interfaceKey} "${interfaceName}"`;
  if (inside.networks.length === 0) return [device];
  return ([4, 6] as const).flatMap((version) => {
    const networks = networksOf(inside, version).map(formatIpPrefix);
    if (networks.length === 0) return [];
    const family = version === 4 ? "ip" : "ip6";
    const set = `{ ${networks.join(", ")} }`;
    const ends = `${family} ${own} ${set}`;
    return [interfaceName === null ? `${ends} ${family} ${other} != ${set}` : `${device} ${ends}`];
  });
}

function replies(): string[] {
  return [
    "\t\t# Replies, and ICMP errors that belong to a connection, such as packet too big.",
    "\t\tct state established,related accept",
  ];
}

function neighbourDiscovery(): string[] {
  const types = NEIGHBOUR_DISCOVERY.map(({ nftables }) => nftables).join(", ");
  return [`\t\ticmpv6 type { ${types} } accept comment "IPv6: neighbours"`];
}

function baseLines(plan: AllowPlan): string[] {
  return [
    `\t\t# ${BASE_NEEDS}`,
    ...plan.base.map(
      ({ transport, first, last, purpose }) =>
        `\t\t# ${transport} dport ${rangeText({ first, last })} accept comment "${purpose}"`,
    ),
  ];
}

function rulesOf(plan: AllowPlan, direction: Direction): string[] {
  return plan.rules
    .filter((rule) => rule.direction === direction)
    .flatMap((rule) => [
      "",
      ...originLines(rule).map((line) => `\t\t${comment(line)}`),
      ...ruleLines(rule, plan),
    ]);
}

function ruleLines(rule: AllowRule, { destinations = [] }: AllowPlan): string[] {
  const line = (to: string) =>
    `\t\t${to}${rule.transport} dport ${rangeText(rule)} accept comment "${ruleComment(rule, COMMENT_LENGTH)}"`;
  const set = destinations.find(({ name }) => name === rule.destination);
  if (set === undefined) return [line("")];
  return ([4, 6] as const)
    .filter((version) => set.networks.some((network) => network.version === version))
    .map((version) => line(`${version === 4 ? "ip" : "ip6"} daddr @${set.name}_v${version} `));
}

function comment(line: string): string {
  return `# ${line}`;
}
