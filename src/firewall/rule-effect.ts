/** Evaluates one rule of a ruleset for a packet, as far as that is possible. */

import { type AuditPacket, assume, type PacketMarks } from "./audit-packet.ts";
import { evaluateMap, evaluateMatch, usesDynamicSet } from "./nft-match.ts";
import { isJsonObject, type JsonObject, type NftRule } from "./nft-ruleset.ts";
import { statementText } from "./nft-text.ts";
import { writeMarks } from "./packet-marks.ts";
import type { RuleContext, Verdict } from "./rule-types.ts";
import { evaluateXtMatch, xtTargetEffect } from "./xt-extensions.ts";

/** A verdict that a rule may return. */
export interface RuleEffect {
  readonly verdict: Verdict;
  /** The unknowns it depends on; empty if the rule certainly returns this verdict. */
  readonly doubts: readonly string[];
}

/** Effect of a rule: its possible verdicts, most certain first, and the packet's marks afterwards. */
export interface RuleOutcome {
  readonly effects: readonly RuleEffect[];
  readonly marks: PacketMarks;
}

/** Statements that decide nothing. `map` adds to a set. */
const WITHOUT_EFFECT = new Set([
  "counter",
  "log",
  "comment",
  "map",
  "flow",
  "last",
  "dup",
  "secmark",
  "ct helper",
  "ct timeout",
  "ct expectation",
]);
/** Statements that match packets within a limit, or with `inv` those beyond it. */
const LIMITS = new Set(["limit", "quota", "ct count", "connlimit"]);
/** Fields that a later rule may match on, so that writing them changes its result. */
const DECIDING_FIELDS = new Set(["dport", "sport", "saddr", "daddr", "protocol", "nexthdr", "flags"]);
/** Statements that end a chain of type nat and leave the packet unchanged in all that matters here. */
const SOURCE_NAT = new Set(["snat", "masquerade"]);

const NOTHING: readonly RuleEffect[] = [];

/** Evaluates a rule for a packet. */
export function ruleOutcome(rule: NftRule, packet: AuditPacket, context: RuleContext): RuleOutcome {
  const assumedBefore = packet.assumed.length;
  const doubts: string[] = [];
  let { marks } = packet;
  /** The rule does not match. Keeps only assumptions that are the reason. */
  const noMatch = (before: number): RuleOutcome => {
    packet.assumed.splice(assumedBefore, before - assumedBefore);
    return { effects: NOTHING, marks: packet.marks };
  };
  for (const statement of rule.statements) {
    const [key, value] = Object.entries(statement)[0] ?? ["", null];
    const before = packet.assumed.length;
    if (WITHOUT_EFFECT.has(key)) continue;
    if (key === "mangle") {
      const written = writeMarks(value, { ...packet, marks });
      if (written !== null) marks = doubts.length > 0 ? joinMarks(marks, written) : written;
      else if (changesDecision(value))
        return certainOutcome({ kind: "unknown" }, [...doubts, statementText(statement)], marks);
      continue;
    }
    if (key === "vmap") {
      return { effects: mapEffects(statement, packet, context, doubts), marks };
    }
    const certainty = conditionOf(key, value, rule, packet, context);
    if (certainty === "no") return noMatch(before);
    if (certainty === "maybe") doubts.push(statementText(statement));
    if (certainty !== null) continue;
    if (key === "xt" && isJsonObject(value)) {
      const effect = xtTargetEffect(String(value.name), marks);
      if (effect.verdict === null) {
        marks = effect.marks;
        continue;
      }
      return certainOutcome(
        effect.verdict,
        effect.verdict.kind === "unknown" ? [...doubts, statementText(statement)] : doubts,
        marks,
      );
    }
    return { effects: verdictEffects(key, value, doubts, statement), marks };
  }
  // Assumptions matter only if they decide.
  if (marks === packet.marks) packet.assumed.length = assumedBefore;
  return { effects: NOTHING, marks };
}

/** Joins the marks of two paths: known where both agree. */
export function joinMarks(a: PacketMarks, b: PacketMarks): PacketMarks {
  if (a === b) return a;
  return {
    packet: a.packet === b.packet ? a.packet : null,
    connection: a.connection === b.connection ? a.connection : null,
    hasPassedTracking: a.hasPassedTracking && b.hasPassedTracking,
  };
}

function certainOutcome(verdict: Verdict, doubts: readonly string[], marks: PacketMarks): RuleOutcome {
  return { effects: [{ verdict, doubts }], marks };
}

/** Evaluates a condition; null for a statement that is none. */
function conditionOf(
  key: string,
  value: unknown,
  rule: NftRule,
  packet: AuditPacket,
  context: RuleContext,
): "yes" | "no" | "maybe" | null {
  if (key === "match") {
    if (!isJsonObject(value)) return "maybe";
    const certainty = evaluateMatch(value, packet, context.findSet);
    if (
      certainty === "maybe" &&
      usesDynamicSet(value.right, context.findSet) &&
      context.dropsEverything(rule)
    ) {
      assume(packet, "dynamicSets");
      return "no";
    }
    return certainty;
  }
  if (LIMITS.has(key)) return evaluateLimit(value, packet);
  if (key === "set" || key === "meter") {
    const inner = isJsonObject(value) ? [value.stmt].flat() : [];
    const limit = inner.find((one) => isJsonObject(one) && Object.keys(one).some((name) => LIMITS.has(name)));
    if (limit === undefined) return key === "set" ? "yes" : "maybe";
    return evaluateLimit(Object.values(limit as JsonObject)[0], packet);
  }
  if (key === "xt") {
    if (!isJsonObject(value) || typeof value.name !== "string") return null;
    return value.type === "match" ? evaluateXtMatch(value.name, rule, packet, context) : null;
  }
  return null;
}

function evaluateLimit(value: unknown, packet: AuditPacket): "yes" | "no" {
  assume(packet, "limits");
  return isJsonObject(value) && value.inv === true ? "no" : "yes";
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

/** Returns the verdict of a statement; null for `continue`. */
export function readVerdict(key: string, value: unknown): Verdict | null {
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
  { findSet }: RuleContext,
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

/** Whether a statement writes header fields that a later rule matches on. */
function changesDecision(mangle: unknown): boolean {
  if (!isJsonObject(mangle) || !isJsonObject(mangle.key)) return true;
  const { payload } = mangle.key;
  return isJsonObject(payload) && (typeof payload.field !== "string" || DECIDING_FIELDS.has(payload.field));
}
