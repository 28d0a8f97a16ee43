/** What one rule of nftables does with a packet, as far as it can be told. */

import type { AuditPacket } from "./audit-packet.ts";
import { evaluateMap, evaluateMatch, type SetFinder } from "./nft-match.ts";
import { isJsonObject, type JsonObject, type NftRule } from "./nft-ruleset.ts";
import { statementText } from "./nft-text.ts";

/** Where a rule sends a packet. */
export type Verdict =
  | { readonly kind: "accept" | "drop" | "return" }
  | { readonly kind: "jump" | "goto"; readonly target: string }
  /** Something happens that is not understood: the packet may be let through, be dropped, or go on. */
  | { readonly kind: "unknown" };

/** A verdict that a rule may give. */
export interface RuleEffect {
  readonly verdict: Verdict;
  /** What it depends on, of what is not known; empty where the rule surely gives this verdict. */
  readonly doubts: readonly string[];
}

/** Statements that decide nothing. `set` and `map` add to a set; what `mangle` writes is looked at apart. */
const WITHOUT_EFFECT = new Set([
  "counter",
  "log",
  "comment",
  "set",
  "map",
  "flow",
  "last",
  "dup",
  "secmark",
  "ct helper",
  "ct timeout",
  "ct expectation",
]);
/** Statements that hold for some packets and not for others. */
const DOUBTFUL = new Set(["limit", "quota", "ct count", "connlimit", "meter"]);
/** Fields that a later rule may be asked for, so that writing them changes what it does. */
const DECIDING_FIELDS = new Set(["dport", "sport", "protocol", "nexthdr", "flags"]);
/** Statements that end a chain of type nat and let the packet go on unchanged in what matters here. */
const SOURCE_NAT = new Set(["snat", "masquerade"]);
/** Matches of iptables without an effect. */
const XT_COMMENT = "comment";

/** The verdicts that a rule may give, most certain first; none where it surely does not hold or has no verdict. */
export function effectsOf(rule: NftRule, packet: AuditPacket, findSet: SetFinder): readonly RuleEffect[] {
  const doubts: string[] = [];
  for (const statement of rule.statements) {
    const [key, value] = Object.entries(statement)[0] ?? ["", null];
    if (WITHOUT_EFFECT.has(key) || (key === "mangle" && !changesDecision(value))) continue;
    if (key === "match") {
      const certainty = isJsonObject(value) ? evaluateMatch(value, packet, findSet) : "maybe";
      if (certainty === "no") return [];
      if (certainty === "maybe") doubts.push(statementText(statement));
    } else if (DOUBTFUL.has(key) || isXtMatch(key, value)) {
      if (!isXtComment(value)) doubts.push(statementText(statement));
    } else if (key === "vmap") {
      return mapEffects(statement, packet, findSet, doubts);
    } else {
      return verdictEffects(key, value, doubts, statement);
    }
  }
  return [];
}

function verdictEffects(
  key: string,
  value: unknown,
  doubts: readonly string[],
  statement: JsonObject,
): readonly RuleEffect[] {
  const verdict = readVerdict(key, value);
  if (verdict === null) return [];
  return [{ verdict, doubts: verdict.kind === "unknown" ? [...doubts, statementText(statement)] : doubts }];
}

function readVerdict(key: string, value: unknown): Verdict | null {
  if (key === "accept" || key === "drop" || key === "return") return { kind: key };
  if (key === "reject") return { kind: "drop" };
  if (key === "continue") return null;
  if (SOURCE_NAT.has(key)) return { kind: "accept" };
  const target = isJsonObject(value) ? value.target : undefined;
  if ((key === "jump" || key === "goto") && typeof target === "string") return { kind: key, target };
  return { kind: "unknown" };
}

function mapEffects(
  statement: JsonObject,
  packet: AuditPacket,
  findSet: SetFinder,
  doubts: readonly string[],
): readonly RuleEffect[] {
  const text = statementText(statement);
  const entries = isJsonObject(statement.vmap) ? evaluateMap(statement.vmap, packet, findSet) : null;
  if (entries === null) return [{ verdict: { kind: "unknown" }, doubts: [...doubts, text] }];
  return entries.flatMap(({ certainty, value }) => {
    const [key, body] = isJsonObject(value) ? (Object.entries(value)[0] ?? ["", null]) : ["", null];
    return verdictEffects(key, body, certainty === "yes" ? doubts : [...doubts, text], statement);
  });
}

/** Marks and addresses may be written: nothing is known of them anyway. */
function changesDecision(mangle: unknown): boolean {
  if (!isJsonObject(mangle) || !isJsonObject(mangle.key)) return true;
  const { payload } = mangle.key;
  return isJsonObject(payload) && (typeof payload.field !== "string" || DECIDING_FIELDS.has(payload.field));
}

/** Matches of iptables stand in the JSON by their name alone, those of older versions without it. */
function isXtMatch(key: string, value: unknown): boolean {
  return key === "xt" && isJsonObject(value) && value.type === "match";
}

function isXtComment(value: unknown): boolean {
  return isJsonObject(value) && value.type === "match" && value.name === XT_COMMENT;
}
