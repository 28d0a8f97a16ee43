/**
 * Walks a packet through the base chains of its hooks like the kernel: hook by hook, by priority, until one drops it; a
 * packet accepted by one chain still passes the next. Where a rule's match is uncertain, both paths are followed.
 */

import type { AuditHook, AuditPacket, PacketMarks } from "./audit-packet.ts";
import { isJsonObject, type NftChain, type NftRule, type NftRuleset } from "./nft-ruleset.ts";
import { joinMarks, readVerdict, ruleOutcome } from "./rule-effect.ts";
import type { RuleContext } from "./rule-types.ts";
import { dropsByTarget, isTrackingRule } from "./xt-extensions.ts";

/** One possible exit of the packet from a base chain. */
export interface ChainEnd {
  readonly kind: "accept" | "drop" | "unknown";
  /** Where this was decided: the base chain itself for its policy. */
  readonly chain: NftChain;
  /** null for the policy. */
  readonly rule: NftRule | null;
  /** Empty if certain, provided that no earlier exit was taken. */
  readonly doubts: readonly string[];
  readonly marks: PacketMarks;
}

/** What a hook does with a packet. */
export interface HookOutcome {
  readonly verdict: "allowed" | "blocked" | "undecided";
  /** The deciding end; for `undecided` every uncertain exit of the chain. Empty if no chain is at the hook. */
  readonly ends: readonly ChainEnd[];
  /** Marks after the last chain. */
  readonly marks: PacketMarks;
}

/** Families whose base chains see packets of an IP version. */
const FAMILIES: Readonly<Record<4 | 6, readonly string[]>> = { 4: ["inet", "ip"], 6: ["inet", "ip6"] };
/** Hooks in the order in which a packet passes them. */
const HOOKS = {
  forward: ["prerouting", "forward", "postrouting"],
  output: ["output", "postrouting"],
  input: ["prerouting", "input"],
} as const;
/** Maximum exits kept per chain; they differ by rule. More would be truncated in the output anyway. */
const MAX_ENDS = 64;
/** Maximum nesting of jumps (NFT_JUMP_STACK_SIZE of Linux). */
const MAX_DEPTH = 16;

interface Walk {
  readonly ends: readonly ChainEnd[];
  /** Marks of a packet that reaches the end of the chain or returns from it; null if none may. */
  readonly fallThrough: PacketMarks | null;
}

/** Determines what happens to a packet on its path. */
export function walkPath(ruleset: NftRuleset, packet: AuditPacket): HookOutcome {
  const isAnswered = packet.path === "output" && packet.stage === "reply";
  const route = isAnswered ? "input" : packet.path;
  const hooks: readonly AuditHook[] = HOOKS[route];
  const walker = new ChainWalker(ruleset);
  let undecided: readonly ChainEnd[] | null = null;
  const accepting: ChainEnd[] = [];
  let { marks } = packet;
  for (const hook of hooks) {
    for (const chain of baseChains(ruleset, hook, packet)) {
      const { ends, fallThrough } = walker.walk(chain, { ...packet, hook, marks });
      const policy: ChainEnd[] =
        fallThrough === null
          ? []
          : [{ kind: chain.policy, chain, rule: null, doubts: [], marks: fallThrough }];
      const all = [...ends, ...policy];
      const kinds = new Set(all.map(({ kind }) => kind));
      if (kinds.size === 1 && kinds.has("drop")) return { verdict: "blocked", ends: all, marks };
      if (kinds.size === 1 && kinds.has("accept")) accepting.push(...all);
      else undecided ??= all;
      const passing = all.filter(({ kind }) => kind === "accept").map((end) => end.marks);
      if (passing.length > 0) marks = passing.reduce(joinMarks);
    }
  }
  if (undecided !== null) return { verdict: "undecided", ends: undecided, marks };
  return { verdict: "allowed", ends: decisiveEnds(accepting, route), marks };
}

/** Returns the base chains of a hook, in order. Those of type nat see only the first packet of a connection. */
function baseChains(
  ruleset: NftRuleset,
  hook: AuditHook,
  { version, stage }: AuditPacket,
): readonly NftChain[] {
  return ruleset.chains
    .filter((chain) => chain.hook === hook && FAMILIES[version].includes(chain.family))
    .filter((chain) => chain.type !== "nat" || stage === "opening")
    .sort((a, b) => a.priority - b.priority);
}

/** Selects the ends that best explain why a packet passes: a rule at the filtering hook, else its policy. */
function decisiveEnds(ends: readonly ChainEnd[], hook: string): readonly ChainEnd[] {
  const own = ends.filter(({ chain }) => chain.hook === hook || chain.hook === null);
  const rules = own.filter(({ rule }) => rule !== null);
  return rules.length > 0 ? rules : own;
}

class ChainWalker {
  readonly #ruleset: NftRuleset;
  // Cache: many jumps to many chains would otherwise be walked once per path.
  readonly #cache = new Map<NftChain, Map<string, Walk>>();
  readonly #open = new Set<NftChain>();

  constructor(ruleset: NftRuleset) {
    this.#ruleset = ruleset;
  }

  walk(chain: NftChain, packet: AuditPacket): Walk {
    const { packet: mark, connection, hasPassedTracking } = packet.marks;
    const key = `${packet.hook} ${mark} ${connection} ${hasPassedTracking}`;
    const walks = this.#cache.get(chain) ?? new Map<string, Walk>();
    this.#cache.set(chain, walks);
    let walk = walks.get(key);
    if (walk === undefined) {
      this.#open.add(chain);
      walk = this.#walkRules(chain, packet);
      this.#open.delete(chain);
      walks.set(key, walk);
    }
    return walk;
  }

  #walkRules(chain: NftChain, packet: AuditPacket): Walk {
    const ends: ChainEnd[] = [];
    const add = (end: ChainEnd) => {
      const isKnown = ends.some(({ kind, rule }) => kind === end.kind && rule === end.rule);
      // The first of each kind is always kept: the verdict is derived from it.
      const isFull = ends.length >= MAX_ENDS && ends.some(({ kind }) => kind === end.kind);
      if (!isKnown && !isFull) ends.push(end);
    };
    const context: RuleContext = {
      findSet: (name) => this.#ruleset.set(chain.family, chain.table, name),
      dropsEverything: (rule) => dropsEverything(rule, this.#ruleset),
    };
    let fallThrough: PacketMarks | null = null;
    const addFallThrough = (reached: PacketMarks) => {
      fallThrough = fallThrough === null ? reached : joinMarks(fallThrough, reached);
    };
    let current = packet;
    for (const rule of chain.rules) {
      const outcome = ruleOutcome(rule, current, context);
      /** Paths to the next rule: where this one does not match, and returns from chains that it jumps to. */
      const paths = outcome.effects.some(({ doubts }) => doubts.length === 0) ? [] : [outcome.marks];
      let isEnd = false;
      for (const { verdict, doubts } of outcome.effects) {
        const isCertain = doubts.length === 0;
        if (verdict.kind === "jump" || verdict.kind === "goto") {
          const target = this.#walkTarget(chain, verdict.target, rule, { ...packet, marks: outcome.marks });
          for (const end of target.ends) add({ ...end, doubts: [...doubts, ...end.doubts] });
          if (target.fallThrough !== null && verdict.kind === "goto") addFallThrough(target.fallThrough);
          if (target.fallThrough !== null && verdict.kind === "jump") paths.push(target.fallThrough);
          isEnd = isCertain && (verdict.kind === "goto" || target.fallThrough === null);
        } else if (verdict.kind === "return") {
          addFallThrough(outcome.marks);
          isEnd = isCertain;
        } else {
          add({ kind: verdict.kind, chain, rule, doubts, marks: outcome.marks });
          isEnd = isCertain;
        }
        if (isEnd) break;
      }
      if (isEnd) return { ends, fallThrough };
      const marks = paths.length > 0 ? paths.reduce(joinMarks) : current.marks;
      if (isTrackingRule(rule)) current = { ...packet, marks: { ...marks, hasPassedTracking: true } };
      else if (marks !== current.marks) current = { ...packet, marks };
    }
    addFallThrough(current.marks);
    return { ends, fallThrough };
  }

  /**
   * A chain that is missing from the file, or that jumps back to one being walked (which no kernel loads), may do
   * anything.
   */
  #walkTarget(from: NftChain, name: string, rule: NftRule, packet: AuditPacket): Walk {
    const chain = this.#ruleset.chain(from.family, from.table, name);
    if (chain !== undefined && !this.#open.has(chain) && this.#open.size <= MAX_DEPTH)
      return this.walk(chain, packet);
    const { marks } = packet;
    return {
      ends: [{ kind: "unknown", chain: from, rule, doubts: [`jump ${name}`], marks }],
      fallThrough: marks,
    };
  }
}

const dropCache = new WeakMap<NftRule, boolean>();

/** Whether everything that reaches a rule's verdict is dropped. */
function dropsEverything(rule: NftRule, ruleset: NftRuleset, depth = 0): boolean {
  const known = dropCache.get(rule);
  if (known !== undefined) return known;
  const answer = rule.statements.some((statement) => {
    const [key, value] = Object.entries(statement)[0] ?? ["", null];
    if (key === "drop" || key === "reject") return true;
    if (key === "xt")
      return isJsonObject(value) && value.type === "target" && dropsByTarget(String(value.name));
    const verdict = key === "jump" || key === "goto" ? readVerdict(key, value) : null;
    if (verdict === null || !("target" in verdict) || depth > MAX_DEPTH) return false;
    const chain = ruleset.chain(rule.family, rule.table, verdict.target);
    return (
      chain?.rules.some((inner) => dropsEverything(inner, ruleset, depth + 1)) === true && !mayAccept(chain)
    );
  });
  dropCache.set(rule, answer);
  return answer;
}

/** Whether a chain has a rule that accepts, or jumps to a chain that might. */
function mayAccept({ rules }: NftChain): boolean {
  const others = ["accept", "jump", "goto", "vmap"];
  return rules.some(({ statements }) => statements.some((one) => others.includes(Object.keys(one)[0] ?? "")));
}
