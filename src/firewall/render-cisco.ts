/**
 * Renders an allow-list as access lists of Cisco IOS. These are stateless, so each list has a companion for the
 * answers: for TCP only segments of an established connection (`established`), for UDP only what a reflexive list has
 * recorded. A rule by source port alone would let in anything sent from it.
 */

import type { IpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import { formatIpPrefix, parseIpPrefix, prefixMask } from "../knowledge/evidence/ip-prefix.ts";
import type { Direction } from "../knowledge/port-list/off-list-ports.ts";
import { formatIpv4 } from "../net/addresses.ts";
import type { AllowPlan, AllowRule, BaseRule, DestinationSet } from "./allow-plan.ts";
import { type FirewallPlace, type Inside, networksOf } from "./firewall-place.ts";
import { BASE_NEEDS, headLines, insideLine, networkNote, originLines, wrapWords } from "./plan-words.ts";

/** Maximum remark length (IOS: 100 characters). */
const REMARK_LENGTH = 100;
const NAMES: Readonly<Record<Direction, string>> = { outbound: "APPLE-OUT", inbound: "APPLE-IN" };
/**
 * ICMP errors of a path, which a list can match only by type: for IPv4 all unreachable errors (type 3), including
 * fragmentation needed (RFC 792, RFC 1191); for IPv6 those that RFC 4890, section 4.3.1, says must not be dropped.
 */
const ERRORS: Readonly<Record<4 | 6, readonly string[]>> = {
  4: ["unreachable", "ttl-exceeded"],
  6: ["unreachable", "packet-too-big", "time-exceeded", "parameter-problem"],
};

/** A list, its companion for answers, and their addresses. */
interface ListPair {
  readonly direction: Direction;
  readonly version: 4 | 6;
  readonly name: string;
  /** The devices' addresses in the list's syntax. */
  readonly devices: readonly string[];
  readonly rules: readonly AllowRule[];
  /** Destinations of a rule in the list's syntax; "any" for rules without one. */
  readonly servers: (rule: AllowRule) => readonly string[];
}

/** Renders the lists for IPv4 and IPv6. They are not bound to an interface: a comment explains how. */
export function renderCisco(plan: AllowPlan, place: FirewallPlace): string {
  const inside = place.kind === "router" ? place.inside : null;
  const pairs = (["outbound", "inbound"] as const).flatMap((direction) => {
    const rules = plan.rules.filter((rule) => rule.direction === direction);
    if (direction === "inbound" && rules.length === 0) return [];
    return ([4, 6] as const).map((version): ListPair => {
      const name = `${NAMES[direction]}${version === 6 ? "-V6" : ""}`;
      const servers = (rule: AllowRule) => serverTexts(plan, rule, version);
      return { direction, version, name, devices: deviceTexts(inside, version), rules, servers };
    });
  });
  const lines = [
    ...headLines(plan),
    ...(inside === null ? [] : wrapWords(insideLine(inside))),
    ...bindingLines(inside, pairs.length > 2),
    ...backLines(inside, plan, pairs),
  ].map((line) => `! ${line}`);
  lines.push(...(plan.destinations ?? []).flatMap(objectGroup));
  for (const pair of pairs) {
    const { name, version } = pair;
    lines.push("!", listHead(name, version));
    lines.push(...offeredPermits(plan, pair), ...permits(pair), ...errors(pair));
    lines.push("!", listHead(`${name}-REPLIES`, version));
    lines.push(...offeredAnswers(plan, pair), ...answers(pair), ...errors(pair));
  }
  lines.push("!");
  return `${lines.join("\n")}\n`;
}

function bindingLines(inside: Inside | null, hasInbound: boolean): string[] {
  const { outbound, inbound } = NAMES;
  const sentences = [
    "These lists are not bound to an interface yet. Bind them to the interface of the devices, which defines the inside:",
    ...(hasInbound
      ? [
          `An interface has one list per direction: to allow the inbound services, add the lines of ${inbound} to ${outbound}-REPLIES, and those of ${inbound}-REPLIES to ${outbound}.`,
        ]
      : []),
    "Once bound, they drop everything else on the interface, including what devices send to the router itself: DNS, DHCP, management.",
    "UDP replies need reflexive lists. A platform without them needs a stateful firewall instead.",
  ];
  const [binding, ...others] = sentences.map((sentence) => wrapWords(sentence));
  return [
    ...binding,
    `  interface ${inside?.interfaceName ?? "NAME"}`,
    `   ip access-group ${outbound} in`,
    `   ip access-group ${outbound}-REPLIES out`,
    `   ipv6 traffic-filter ${outbound}-V6 in`,
    `   ipv6 traffic-filter ${outbound}-V6-REPLIES out`,
    ...others.flat(),
  ];
}

// Each list ends in an implicit deny; an explicit one would also block IPv6 neighbour discovery. No list is empty: that
// would permit everything.
function listHead(name: string, version: 4 | 6): string {
  return version === 4 ? `ip access-list extended ${name}` : `ipv6 access-list ${name}`;
}

/** Returns offered entries as comments; `toLine` formats an entry. */
function offers(
  { base }: AllowPlan,
  { version: ipVersion, devices, direction }: ListPair,
  toLine: (need: BaseRule, device: string) => string,
): string[] {
  if (direction === "inbound") return [];
  return base
    .filter(({ version }) => version === null || version === ipVersion)
    .flatMap((need) => devices.map((device) => `! ${toLine(need, device)}`));
}

function offeredPermits(plan: AllowPlan, pair: ListPair): string[] {
  const lines = offers(plan, pair, (need, device) => {
    const note = need.transport === "udp" ? ` reflect ${pair.name}-UDP` : "";
    return `permit ${need.transport} ${device} any ${portText(need)}${note} (${need.purpose})`;
  });
  return lines.length === 0 ? [] : [`! ${BASE_NEEDS.replace("#", "!")}`, ...lines];
}

function offeredAnswers(plan: AllowPlan, pair: ListPair): string[] {
  const lines = offers(plan, pair, (need, device) =>
    need.transport === "udp"
      ? `evaluate ${pair.name}-UDP`
      : `permit tcp any ${portText(need)} ${device} established (${need.purpose})`,
  );
  const isEvaluated = answers(pair).includes(` evaluate ${pair.name}-UDP`);
  return [...new Set(lines)].filter((line) => !(isEvaluated && line.startsWith("! evaluate")));
}

function permits({ direction, name, devices, rules, servers }: ListPair): string[] {
  if (devices.length === 0) return [];
  return rules.flatMap((rule) => [
    ...originLines(rule, REMARK_LENGTH).map((line) => ` remark ${line.trim().slice(0, REMARK_LENGTH)}`),
    ...devices.flatMap((device) =>
      servers(rule).map((server) => {
        const ends = direction === "outbound" ? `${device} ${server}` : `any ${device}`;
        const note = rule.transport === "udp" ? ` reflect ${name}-UDP` : "";
        return ` permit ${rule.transport} ${ends} ${portText(rule)}${note}`;
      }),
    ),
  ]);
}

function answers({ direction, name, devices, rules, servers }: ListPair): string[] {
  const lines = rules
    .filter(({ transport }) => transport === "tcp")
    .flatMap((rule) =>
      devices.flatMap((device) =>
        servers(rule).map((server) => {
          const [from, client] = direction === "outbound" ? [server, device] : [device, "any"];
          return ` permit tcp ${from} ${portText(rule)} ${client} established`;
        }),
      ),
    );
  const isReflected = devices.length > 0 && rules.some(({ transport }) => transport === "udp");
  return isReflected ? [...lines, ` evaluate ${name}-UDP`] : lines;
}

function errors({ version }: ListPair): string[] {
  return ERRORS[version].map((type) => ` permit icmp any any ${type}`);
}

/** Returns the lines that undo it. */
function backLines(
  inside: Inside | null,
  { destinations = [] }: AllowPlan,
  pairs: readonly ListPair[],
): string[] {
  const { outbound } = NAMES;
  return [
    "To undo, remove them from the interface first, then the lists:",
    `  interface ${inside?.interfaceName ?? "NAME"}`,
    `   no ip access-group ${outbound} in`,
    `   no ip access-group ${outbound}-REPLIES out`,
    `   no ipv6 traffic-filter ${outbound}-V6 in`,
    `   no ipv6 traffic-filter ${outbound}-V6-REPLIES out`,
    ...pairs.flatMap(({ name, version }) =>
      [name, `${name}-REPLIES`].map((list) => `  no ${listHead(list, version)}`),
    ),
    ...destinations.map(({ name }) => `  no object-group network ${groupName(name)}`),
  ];
}

/** Object groups are for IPv4 only: IPv6 lists name their networks one by one, which every platform supports. */
function objectGroup({ name, purpose, networks }: DestinationSet): string[] {
  const own = networks.filter(({ version }) => version === 4);
  return [
    "!",
    ...networks.map((network) => `! ${network.prefix} - ${networkNote(network)}`),
    `object-group network ${groupName(name)}`,
    ` description ${purpose}`,
    ...own.map(({ prefix }) => ` ${maskText(prefix)}`),
  ];
}

function groupName(name: string): string {
  return name.toUpperCase().replaceAll("_", "-");
}

/** "17.0.0.0 255.0.0.0" */
function maskText(text: string): string {
  const prefix = parseIpPrefix(text);
  if (typeof prefix === "string") throw new Error(prefix);
  return `${formatIpv4(prefix.words[0])} ${formatIpv4(prefixMask(4, prefix.length, 0))}`;
}

function serverTexts({ destinations = [] }: AllowPlan, { destination }: AllowRule, version: 4 | 6): string[] {
  const set = destinations.find(({ name }) => name === destination);
  if (set === undefined) return ["any"];
  const own = set.networks.filter((network) => network.version === version);
  if (version === 6 || own.length === 0) return own.map(({ prefix }) => prefix);
  return [`object-group ${groupName(set.name)}`];
}

/** Returns "any" if no networks are known, and nothing if only those of the other version are. */
function deviceTexts(inside: Inside | null, version: 4 | 6): string[] {
  if (inside === null || inside.networks.length === 0) return ["any"];
  return networksOf(inside, version).map((network) =>
    version === 4 ? wildcardText(network) : formatIpPrefix(network),
  );
}

/** "10.1.0.0 0.0.255.255": bits set in a wildcard are ignored. */
function wildcardText({ words, length }: IpPrefix): string {
  return `${formatIpv4(words[0])} ${formatIpv4(~prefixMask(4, length, 0))}`;
}

function portText({ first, last }: { readonly first: number; readonly last: number }): string {
  return first === last ? `eq ${first}` : `range ${first} ${last}`;
}
