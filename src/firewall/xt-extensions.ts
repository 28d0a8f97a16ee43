/**
 * iptables extensions in nft's JSON, which contains only their names (libnftables-json(5)). The condition of each is
 * inferred from its typical use and recorded as an assumption; where two readings would decide differently, nothing is
 * assumed. `iptables-save` spells them out: audits of its text need none of these assumptions.
 */

import { type AuditPacket, assume, type PacketMarks } from "./audit-packet.ts";
import type { Certainty } from "./nft-match.ts";
import { isJsonObject, type NftRule } from "./nft-ruleset.ts";
import type { RuleContext, Verdict } from "./rule-types.ts";

/** Extensions that match properties no ordinary TCP or UDP packet has. */
export const NEVER_ORDINARY: ReadonlySet<string> = new Set([
  "ah",
  "esp",
  "sctp",
  "dccp",
  "rt",
  "frag",
  "hbh",
  "dst",
  "mh",
  "srh",
  "eui64",
  "helper",
]);
/** Those, plus properties that an ordinary packet does not usually have. */
const NOT_ORDINARY: ReadonlySet<string> = new Set([...NEVER_ORDINARY, "ipv6header", "pkttype", "bpf-trace"]);
const LIMITS = new Set(["limit", "hashlimit", "connlimit", "recent", "quota", "connbytes"]);
/** Targets after which evaluation continues. */
const NON_TERMINATING = new Set([
  "LOG",
  "NFLOG",
  "ULOG",
  "AUDIT",
  "TRACE",
  "TEE",
  "TCPMSS",
  "TCPOPTSTRIP",
  "CHECKSUM",
  "CLASSIFY",
  "DSCP",
  "TOS",
  "ECN",
  "TTL",
  "HL",
  "SET",
  "SECMARK",
  "CONNSECMARK",
  "IDLETIMER",
  "LED",
  "RATEEST",
  "ACCOUNT",
  "FLOWOFFLOAD",
]);
const MARKING = new Set(["MARK", "CONNMARK", "HMARK"]);
const DROPPING = new Set(["REJECT", "TARPIT", "DELUDE"]);
const SOURCE_NAT = new Set(["MASQUERADE", "SNAT"]);

/** Effect of a target: a verdict, or the marks with which the packet continues. */
export type XtEffect =
  | { readonly verdict: Verdict }
  | { readonly verdict: null; readonly marks: PacketMarks };

/** Returns what is known of a target by its name. */
export function xtTargetEffect(name: string, marks: PacketMarks): XtEffect {
  if (NON_TERMINATING.has(name)) return { verdict: null, marks };
  if (MARKING.has(name)) return { verdict: null, marks: { ...marks, packet: null, connection: null } };
  if (DROPPING.has(name)) return { verdict: { kind: "drop" } };
  if (SOURCE_NAT.has(name)) return { verdict: { kind: "accept" } };
  return { verdict: { kind: "unknown" } };
}

/** Whether a target drops everything. */
export function dropsByTarget(name: string): boolean {
  return DROPPING.has(name);
}

/** Evaluates a match by its name and the rule that contains it. */
export function evaluateXtMatch(
  name: string,
  rule: NftRule,
  packet: AuditPacket,
  context: RuleContext,
): Certainty {
  if (name === "comment") return "yes";
  if (NOT_ORDINARY.has(name)) return "no";
  if (LIMITS.has(name)) {
    assume(packet, "limits");
    return context.dropsEverything(rule) ? "no" : "yes";
  }
  switch (name) {
    case "icmp":
    case "icmp6":
      return packet.icmpType === null ? "no" : "maybe";
    case "conntrack":
    case "state":
      return evaluateTracking(rule, packet, context);
    case "addrtype":
      if (packet.icmpType !== null) return "maybe";
      assume(packet, "unicast");
      return packet.hook === "input" ? "yes" : "no";
    case "physdev":
      assume(packet, "bridge");
      return "no";
    case "rpfilter":
      assume(packet, "route");
      return context.dropsEverything(rule) ? "no" : "yes";
    case "policy":
      if (context.dropsEverything(rule)) return "maybe";
      assume(packet, "policy");
      return "no";
    default:
      return "maybe";
  }
}

/**
 * Evaluates `-m conntrack` or `-m state`. A dropping rule is taken to match invalid packets. An accepting rule is taken
 * to match existing connections, or new ones if a rule for existing connections came before or the rule names the
 * service's port.
 */
function evaluateTracking(rule: NftRule, packet: AuditPacket, context: RuleContext): Certainty {
  const { names, matchesPort, matchesFields } = conditionsOf(rule);
  const isNew = packet.stage === "opening";
  if (context.dropsEverything(rule)) {
    if (isNew && matchesFields) return "maybe";
    assume(packet, "invalid");
    return "no";
  }
  if (matchesPort || (packet.marks.hasPassedTracking && isNew)) {
    assume(packet, "fresh");
    return isNew || names.has("dport") ? "yes" : "maybe";
  }
  if (names.has("sport") && isNew) return "no";
  if (isNew && matchesFields) return "maybe";
  assume(packet, "established");
  return isNew ? "no" : "yes";
}

/** Whether a rule may be the one that accepts existing connections, which nearly every ruleset has. */
export function isTrackingRule({ statements }: NftRule): boolean {
  const names = statements.map((statement) => Object.keys(statement)[0]);
  const isTracking = statements.some(
    ({ xt }) => isJsonObject(xt) && xt.type === "match" && (xt.name === "conntrack" || xt.name === "state"),
  );
  return isTracking && names.includes("accept") && !names.includes("match");
}

interface Conditions {
  readonly names: ReadonlySet<string>;
  readonly matchesPort: boolean;
  readonly matchesFields: boolean;
}

function conditionsOf({ statements }: NftRule): Conditions {
  const names = new Set<string>();
  for (const { match } of statements) {
    if (!isJsonObject(match)) continue;
    for (const part of [match.left].flat()) {
      const [key, value] = isJsonObject(part) ? (Object.entries(part)[0] ?? ["", null]) : ["", null];
      names.add(isJsonObject(value) ? String(value.field ?? value.key) : key);
    }
  }
  for (const { xt } of statements) if (isJsonObject(xt) && xt.name === "multiport") names.add("dport");
  return { names, matchesPort: names.has("dport"), matchesFields: names.size > 0 };
}
