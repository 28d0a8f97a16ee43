/**
 * Parses a ruleset as printed by `nft -j list ruleset` (libnftables-json(5)): its base chains, chains, rules and sets.
 * Expressions stay in their JSON form; they are interpreted when a packet is evaluated.
 */

import { InputError } from "../errors.ts";

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** One rule; `family`, `table` and `chain` locate it. */
export interface NftRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  /** Its number for `nft delete rule`; null if the JSON has none. */
  readonly handle: number | null;
  readonly comment: string | null;
  /** Statements in order, each an object with one key. */
  readonly statements: readonly JsonObject[];
  /** The line of a file that is not JSON. */
  readonly text?: string | undefined;
}

/** A chain with its rules in order; a base chain has a hook. */
export interface NftChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** "filter", "nat" or "route"; null for a chain that is only jumped to. */
  readonly type: string | null;
  readonly hook: string | null;
  readonly priority: number;
  readonly policy: "accept" | "drop";
  readonly rules: readonly NftRule[];
}

/** A named set or map; elements of a map are pairs. */
export interface NftSet {
  readonly elements: readonly unknown[];
  /** Whether elements change: rules add them, or they time out. */
  readonly isDynamic: boolean;
}

/** The parts of a ruleset that matter for an audit. */
export interface NftRuleset {
  readonly chains: readonly NftChain[];
  readonly sets: readonly NftSet[];
  /** Sets and maps by the {@link keyOf} family, table and name. */
  readonly namedSets: ReadonlyMap<string, NftSet>;
  /** IP versions that it covers: a file of iptables-save leaves IPv6 to that of ip6tables-save. */
  readonly versions: readonly (4 | 6)[];
  /** Remarks from parsing, for the report. */
  readonly notes: readonly string[];
  /** Returns the chain of that table, or undefined. */
  chain(family: string, table: string, name: string): NftChain | undefined;
  /** Returns the set or map of that table, or undefined. */
  set(family: string, table: string, name: string): NftSet | undefined;
}

/** Maximum nesting of an expression; nft nests a handful. Deeper input is meant to exhaust the parser. */
const MAX_DEPTH = 32;

/** Whether a value is a JSON object, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Parses the text of a ruleset. Skips objects that decide nothing (counters, flowtables).
 *
 * @param source name of the file, for error messages
 * @throws InputError `bad_ruleset` for anything else than such JSON
 */
export function parseNftRuleset(text: string, source: string): NftRuleset {
  const fail = (problem: string, cause?: unknown) =>
    new InputError(
      "bad_ruleset",
      `${source}: ${problem}; use the output of nft -j list ruleset`,
      { source },
      cause,
    );
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw fail("not JSON", error);
  }
  const items = isJsonObject(root) ? root.nftables : undefined;
  if (!Array.isArray(items)) throw fail('no array "nftables"');
  const chains = new Map<string, NftChain & { readonly rules: NftRule[] }>();
  const sets = new Map<string, NftSet>();
  for (const [index, item] of items.entries()) {
    const [kind, body] = isJsonObject(item) ? (Object.entries(item)[0] ?? []) : [];
    if (kind !== "chain" && kind !== "rule" && kind !== "set" && kind !== "map") continue;
    const where = `$.nftables[${index}].${kind}`;
    if (!isJsonObject(body)) throw fail(`${where} is not an object`);
    if (isDeep(body)) throw fail(`${where} is nested deeper than ${MAX_DEPTH} levels`);
    const name = (field: string) => {
      const value = body[field];
      if (typeof value !== "string") throw fail(`${where}.${field} is not a string`);
      return value;
    };
    const key = keyOf(name("family"), name("table"), name(kind === "rule" ? "chain" : "name"));
    if (kind === "chain") {
      chains.set(key, readChain(body, name));
    } else if (kind === "rule") {
      const chain = chains.get(key);
      if (chain === undefined) throw fail(`${where} is in chain "${name("chain")}", which does not exist`);
      if (!Array.isArray(body.expr)) throw fail(`${where}.expr is not an array`);
      chain.rules.push(readRule(body, body.expr, name));
    } else {
      sets.set(key, readSet(body));
    }
  }
  return makeRuleset([...chains.values()], sets, [4, 6]);
}

/** Makes a ruleset from chains, and sets by {@link keyOf}. */
export function makeRuleset(
  chains: readonly NftChain[],
  sets: ReadonlyMap<string, NftSet>,
  versions: readonly (4 | 6)[],
  notes: readonly string[] = [],
): NftRuleset {
  const named = new Map(chains.map((chain) => [keyOf(chain.family, chain.table, chain.name), chain]));
  return {
    chains,
    sets: [...sets.values()],
    namedSets: sets,
    versions,
    notes,
    chain: (family, table, name) => named.get(keyOf(family, table, name)),
    set: (family, table, name) => sets.get(keyOf(family, table, name)),
  };
}

function isDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== "object" || one === null) continue;
      for (const inner of Object.values(one)) next.push(inner);
    }
    level = next;
  }
  return level.length > 0;
}

/** Joins family, table and name to one key. */
export function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function readChain(body: JsonObject, name: (field: string) => string): NftChain & { rules: NftRule[] } {
  return {
    family: name("family"),
    table: name("table"),
    name: name("name"),
    type: textOf(body.type),
    hook: textOf(body.hook),
    priority: typeof body.prio === "number" ? body.prio : 0,
    policy: body.policy === "drop" ? "drop" : "accept",
    rules: [],
  };
}

function readRule(body: JsonObject, expr: readonly unknown[], name: (field: string) => string): NftRule {
  return {
    family: name("family"),
    table: name("table"),
    chain: name("chain"),
    handle: typeof body.handle === "number" ? body.handle : null,
    comment: textOf(body.comment),
    statements: expr.map((statement) => (isJsonObject(statement) ? statement : { unknown: statement })),
  };
}

function readSet(body: JsonObject): NftSet {
  const flags = Array.isArray(body.flags) ? body.flags : [body.flags];
  return {
    elements: Array.isArray(body.elem) ? body.elem : [],
    isDynamic: flags.includes("dynamic") || flags.includes("timeout") || typeof body.timeout === "number",
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
