/** Evaluates matches of nftables' JSON for a partly known packet: yes, no or maybe. */

import { addressesOf, addressRange } from "./address-literals.ts";
import { containsAddress } from "./address-ranges.ts";
import type { AuditPacket } from "./audit-packet.ts";
import { isJsonObject, type JsonObject, type NftSet } from "./nft-ruleset.ts";
import { type Fact, factOf, flagNames } from "./packet-facts.ts";

/** `maybe`: depends on unknown properties of the packet, or on an unsupported expression. */
export type Certainty = "yes" | "no" | "maybe";

/** Finds the named set or map "x" in the rule's table. */
export type SetFinder = (name: string) => NftSet | undefined;

/** Evaluates a `match` statement for a packet. */
export function evaluateMatch(match: JsonObject, packet: AuditPacket, findSet: SetFinder): Certainty {
  const { op, left, right } = match;
  if (typeof right === "boolean") return existence(factOf(left, packet), right);
  if (isAbsent(left, packet)) return "no";
  switch (op) {
    case "==":
    case "in":
      return matchesValue(left, right, packet, findSet, op);
    case "!=":
      // With several flags, some versions of nft mean a sum of bits here, others each flag.
      if (Array.isArray(right) && factOf(left, packet).kind === "name") return "maybe";
      return negate(matchesValue(left, right, packet, findSet, "=="));
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compareNumber(factOf(left, packet), op, right);
    default:
      return "maybe";
  }
}

/**
 * Returns the entries of a verdict map that a packet may match, each with its certainty, up to the first certain one.
 * `null`: the map is not understood, or its entries may change.
 */
export function evaluateMap(
  { key, data }: JsonObject,
  packet: AuditPacket,
  findSet: SetFinder,
): readonly { readonly certainty: "yes" | "maybe"; readonly value: unknown }[] | null {
  if (isAbsent(key, packet)) return [];
  const elements = elementsOf(data, findSet);
  if (elements === null) return null;
  const found: { certainty: "yes" | "maybe"; value: unknown }[] = [];
  let whole: unknown;
  for (const pair of elements.elements) {
    if (!Array.isArray(pair) || pair.length !== 2) return null;
    if (plainElement(pair[0]) === "*") {
      whole = pair[1];
      continue;
    }
    const certainty = matchesValue(key, pair[0], packet, findSet, "==");
    if (certainty === "no") continue;
    found.push({ certainty, value: pair[1] });
    if (certainty === "yes") return found;
  }
  if (elements.isDynamic) return null;
  if (whole !== undefined) found.push({ certainty: "yes", value: whole });
  return found;
}

/** Evaluates `exthdr rt exists`, `fib saddr . iif oif missing`. */
function existence(fact: Fact, isWanted: boolean): Certainty {
  if (fact.kind !== "exists" && fact.kind !== "absent") return "maybe";
  return (fact.kind === "exists") === isWanted ? "yes" : "no";
}

/** Whether a match looks something up in a set with dynamic elements. */
export function usesDynamicSet(right: unknown, findSet: SetFinder): boolean {
  return typeof right === "string" && right.startsWith("@") && (findSet(right.slice(1))?.isDynamic ?? false);
}

/** A match on something that the packet lacks fails, negated or not. */
function isAbsent(left: unknown, packet: AuditPacket): boolean {
  return partsOf(left).some((part) => factOf(part, packet).kind === "absent");
}

function partsOf(expression: unknown): readonly unknown[] {
  return isJsonObject(expression) && Array.isArray(expression.concat) ? expression.concat : [expression];
}

function matchesValue(
  left: unknown,
  right: unknown,
  packet: AuditPacket,
  findSet: SetFinder,
  op: "==" | "in",
): Certainty {
  const set = elementsOf(right, findSet);
  if (set !== null) {
    // Shortcut: sets of addresses may have many thousands of elements.
    const facts = partsOf(left).map((part) => factOf(part, packet));
    if (facts.every(({ kind }) => kind === "unknown") && set.elements.length > 1) return "maybe";
    const [fact] = facts;
    const addresses = fact.kind === "address" && facts.length === 1 ? addressesOf(set.elements) : null;
    if (fact.kind === "address" && addresses !== null) {
      if (containsAddress(addresses, fact.value)) return "yes";
      return set.isDynamic ? "maybe" : "no";
    }
    const certainty = anyOf(set.elements.map((element) => matchesValue(left, element, packet, findSet, op)));
    return set.isDynamic && certainty === "no" ? "maybe" : certainty;
  }
  const value = plainElement(right);
  if (isJsonObject(value) && Array.isArray(value.concat)) {
    const facts = partsOf(left);
    if (facts.length !== value.concat.length) return "maybe";
    return allOf(value.concat.map((part, index) => matchesFact(factOf(facts[index], packet), part, op)));
  }
  return matchesFact(factOf(left, packet), value, op);
}

/** Returns the elements of an anonymous or named set, or null for anything else. */
function elementsOf(value: unknown, findSet: SetFinder): NftSet | null {
  if (isJsonObject(value) && Array.isArray(value.set)) return { elements: value.set, isDynamic: false };
  if (isJsonObject(value) && "set" in value) return { elements: [value.set], isDynamic: false };
  if (typeof value === "string" && value.startsWith("@")) {
    // A set missing from the file may contain anything.
    return findSet(value.slice(1)) ?? { elements: [], isDynamic: true };
  }
  return null;
}

/** Returns an element without its timeout, counter and comment. */
function plainElement(element: unknown): unknown {
  return isJsonObject(element) && isJsonObject(element.elem) ? element.elem.val : element;
}

function matchesFact(fact: Fact, value: unknown, op: "==" | "in"): Certainty {
  if (value === "*" || isWholePrefix(value)) return "yes";
  switch (fact.kind) {
    case "absent":
      return "no";
    case "exists":
      // The routing table reports 0 for no route.
      return value === 0 ? "no" : "maybe";
    case "address": {
      const range = addressRange(value);
      if (range === null) return "maybe";
      return range.version === fact.version && range.low <= fact.value && fact.value <= range.high
        ? "yes"
        : "no";
    }
    case "number":
      return matchesNumber(fact, value);
    case "name":
      return anyOf([value].flat().map((one) => matchesName(fact.names, one)));
    case "other":
      return [value].flat().every((one) => typeof one === "string" && fact.than.includes(one))
        ? "no"
        : "maybe";
    case "flags":
      return matchesFlags(fact.flags, value, op);
    case "unknown":
      return "maybe";
  }
}

/** Whether it is 0.0.0.0/0 or ::/0. */
function isWholePrefix(value: unknown): boolean {
  return isJsonObject(value) && isJsonObject(value.prefix) && value.prefix.len === 0;
}

function matchesNumber(
  { low, high }: { readonly low: number; readonly high: number },
  value: unknown,
): Certainty {
  const range = numberRange(value);
  if (range === null) return "maybe";
  if (range[0] <= low && high <= range[1]) return "yes";
  return range[1] < low || high < range[0] ? "no" : "maybe";
}

const PORT_BITS = 16;

/**
 * Returns the bounds of a number, a range or a prefix of numbers; null for service names, which the file does not
 * resolve.
 */
function numberRange(value: unknown): readonly [number, number] | null {
  if (typeof value === "number") return [value, value];
  if (typeof value === "string" && /^0x[0-9a-f]{1,8}$/i.test(value)) return [Number(value), Number(value)];
  if (!isJsonObject(value)) return null;
  if (Array.isArray(value.range)) {
    const [first, last] = value.range;
    return typeof first === "number" && typeof last === "number" ? [first, last] : null;
  }
  if (!isJsonObject(value.prefix)) return null;
  const { addr, len } = value.prefix;
  if (typeof addr !== "number" || typeof len !== "number") return null;
  return [addr, addr + 2 ** (PORT_BITS - len) - 1];
}

function matchesName(names: readonly string[], value: unknown): Certainty {
  // A sum of states, and a packet has only one.
  if (isJsonObject(value) && Array.isArray(value["|"]) && value["|"].length > 1) return "no";
  // The name behind an index or a hexadecimal number is unknown.
  if (typeof value === "number" && !names.some((name) => /^\d+$/.test(name))) return "maybe";
  if (typeof value !== "string" && typeof value !== "number") return "maybe";
  const text = String(value);
  if (text.startsWith("0x")) return "maybe";
  if (text.endsWith("*")) return names.some((name) => name.startsWith(text.slice(0, -1))) ? "yes" : "no";
  return names.includes(text) ? "yes" : "no";
}

/** `in` requires any one of the flags, `==` exactly these. */
function matchesFlags(flags: readonly string[], value: unknown, op: "==" | "in"): Certainty {
  const wanted = flagNames(value);
  if (wanted === null) return "maybe";
  if (op === "in") return wanted.some((flag) => flags.includes(flag)) ? "yes" : "no";
  const isSame = wanted.length === flags.length && wanted.every((flag) => flags.includes(flag));
  return isSame ? "yes" : "no";
}

function compareNumber(fact: Fact, op: "<" | "<=" | ">" | ">=", right: unknown): Certainty {
  if (fact.kind !== "number" || typeof right !== "number") return "maybe";
  const holds = (number: number) =>
    op === "<"
      ? number < right
      : op === "<="
        ? number <= right
        : op === ">"
          ? number > right
          : number >= right;
  const [low, high] = [holds(fact.low), holds(fact.high)];
  if (low !== high) return "maybe";
  return low ? "yes" : "no";
}

function negate(certainty: Certainty): Certainty {
  if (certainty === "maybe") return "maybe";
  return certainty === "yes" ? "no" : "yes";
}

function anyOf(all: readonly Certainty[]): Certainty {
  if (all.includes("yes")) return "yes";
  return all.includes("maybe") ? "maybe" : "no";
}

function allOf(all: readonly Certainty[]): Certainty {
  if (all.includes("no")) return "no";
  return all.includes("maybe") ? "maybe" : "yes";
}
