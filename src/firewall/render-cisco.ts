/**
 * An allow-list as access lists of Cisco IOS. These keep no state, so that each list has a second one for the answers: of TCP
 * only segments of a connection that stands (`established`), of UDP only what a reflexive list has noted as asked for. A rule
 * by the source port alone would let in whatever is sent from it.
 */

import type { IpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import { formatIpPrefix, prefixMask } from "../knowledge/evidence/ip-prefix.ts";
import type { Direction } from "../knowledge/port-list/off-list-ports.ts";
import { formatIpv4 } from "../net/addresses.ts";
import type { AllowPlan, AllowRule, BaseRule } from "./allow-plan.ts";
import { type FirewallPlace, type Inside, networksOf } from "./firewall-place.ts";
import { BASE_NEEDS, headLines, insideLine, originLines, wrapWords } from "./plan-words.ts";

/** Longest remark (IOS: 100 characters). */
const REMARK_LENGTH = 100;
const NAMES: Readonly<Record<Direction, string>> = { outbound: "APPLE-OUT", inbound: "APPLE-IN" };
/**
 * ICMP errors of a path, which a list can know only by their type: unreachable is all of type 3 of IPv4, fragmentation needed
 * among them (RFC 792, RFC 1191); of IPv6 those that RFC 4890, section 4.3.1, forbids to drop.
 */
const ERRORS: Readonly<Record<4 | 6, readonly string[]>> = {
  4: ["unreachable", "ttl-exceeded"],
  6: ["unreachable", "packet-too-big", "time-exceeded", "parameter-problem"],
};

/** A list, its companion for answers, and what they know of. */
interface ListPair {
  readonly direction: Direction;
  readonly version: 4 | 6;
  readonly name: string;
  /** The devices' addresses, as a list writes them. */
  readonly devices: readonly string[];
  readonly rules: readonly AllowRule[];
}

/** The lists for IPv4 and IPv6. They are bound to no interface: a comment says how. */
export function renderCisco(plan: AllowPlan, place: FirewallPlace): string {
  const inside = place.kind === "router" ? place.inside : null;
  const pairs = (["outbound", "inbound"] as const).flatMap((direction) => {
    const rules = plan.rules.filter((rule) => rule.direction === direction);
    if (direction === "inbound" && rules.length === 0) return [];
    return ([4, 6] as const).map((version): ListPair => {
      const name = `${NAMES[direction]}${version === 6 ? "-V6" : ""}`;
      return { direction, version, name, devices: deviceTexts(inside, version), rules };
    });
  });
  const lines = [
    ...headLines(plan),
    ...(inside === null ? [] : wrapWords(insideLine(inside))),
    ...bindingLines(inside, pairs.length > 2),
  ].map((line) => `! ${line}`);
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
    "These lists are bound to no interface yet. Bind them to the interface of the devices, for nothing else says where inside is:",
    ...(hasInbound
      ? [
          `An interface has one list for each way: to let the inbound services in, add the lines of ${inbound} to ${outbound}-REPLIES, and those of ${inbound}-REPLIES to ${outbound}.`,
        ]
      : []),
    "Bound there, they drop whatever else passes the interface. That is also what devices send to the router itself: DNS, DHCP, its management.",
    "Answers of UDP need reflexive lists. A platform without them needs a firewall that keeps state instead.",
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

// Each list ends in an unwritten deny; a written one would take the neighbours of IPv6 with it. None is empty: that permits all.
function listHead(name: string, version: 4 | 6): string {
  return version === 4 ? `ip access-list extended ${name}` : `ipv6 access-list ${name}`;
}

/** What is offered of the list, in comments; `toLine` writes an entry. */
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

function permits({ direction, name, devices, rules }: ListPair): string[] {
  if (devices.length === 0) return [];
  return rules.flatMap((rule) => [
    ...originLines(rule, REMARK_LENGTH).map((line) => ` remark ${line.trim().slice(0, REMARK_LENGTH)}`),
    ...devices.map((device) => {
      const ends = direction === "outbound" ? `${device} any` : `any ${device}`;
      const note = rule.transport === "udp" ? ` reflect ${name}-UDP` : "";
      return ` permit ${rule.transport} ${ends} ${portText(rule)}${note}`;
    }),
  ]);
}

function answers({ direction, name, devices, rules }: ListPair): string[] {
  const lines = rules
    .filter(({ transport }) => transport === "tcp")
    .flatMap((rule) =>
      devices.map((device) => {
        const [server, client] = direction === "outbound" ? ["any", device] : [device, "any"];
        return ` permit tcp ${server} ${portText(rule)} ${client} established`;
      }),
    );
  const isReflected = devices.length > 0 && rules.some(({ transport }) => transport === "udp");
  return isReflected ? [...lines, ` evaluate ${name}-UDP`] : lines;
}

function errors({ version }: ListPair): string[] {
  return ERRORS[version].map((type) => ` permit icmp any any ${type}`);
}

/** "any" where no networks are known, and none where only those of the other version are. */
function deviceTexts(inside: Inside | null, version: 4 | 6): string[] {
  if (inside === null || inside.networks.length === 0) return ["any"];
  return networksOf(inside, version).map((network) =>
    version === 4 ? wildcardText(network) : formatIpPrefix(network),
  );
}

/** "10.1.0.0 0.0.255.255": a wildcard has the bits that do not count. */
function wildcardText({ words, length }: IpPrefix): string {
  return `${formatIpv4(words[0])} ${formatIpv4(~prefixMask(4, length, 0))}`;
}

function portText({ first, last }: { readonly first: number; readonly last: number }): string {
  return first === last ? `eq ${first}` : `range ${first} ${last}`;
}
