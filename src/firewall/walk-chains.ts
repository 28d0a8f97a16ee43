/**
 * Takes a packet through the base chains of a hook, as the kernel would: in the order of their priorities, until one drops it;
 * what one accepts the next one sees again. Where it cannot be told whether a rule holds, both ways are taken.
 */

import type { AuditPacket } from "./audit-packet.ts";
import type { NftChain, NftRule, NftRuleset } from "./nft-ruleset.ts";
import { effectsOf } from "./rule-effect.ts";

/** A way in which the packet may come out of a base chain. */
export interface ChainEnd {
  readonly kind: "accept" | "drop" | "unknown";
  /** Where this was decided: the base chain itself for its policy. */
  readonly chain: NftChain;
  /** null for the policy. */
  readonly rule: NftRule | null;
  /** Empty where it is sure, if no earlier way out was taken. */
  readonly doubts: readonly string[];
}

/** What a hook does with a packet. */
export interface HookOutcome {
  readonly verdict: "allowed" | "blocked" | "undecided";
  /** What decides; for `undecided` every way out of the chain that cannot be told. Empty where no chain is at the hook. */
  readonly ends: readonly ChainEnd[];
}

/** Base chains of these families see packets of a version of IP. */
const FAMILIES: Readonly<Record<4 | 6, readonly string[]>> = { 4: ["inet", "ip"], 6: ["inet", "ip6"] };
/** Ways out of one chain that are kept; they differ by rule. More would only be shown cut off. */
const MAX_ENDS = 64;
/** Chains that may be jumped to from within each other (NFT_JUMP_STACK_SIZE of Linux). */
const MAX_DEPTH = 16;

interface Walk {
  readonly ends: readonly ChainEnd[];
  /** Whether the packet may come to the end of the chain, or return from it. */
  readonly mayFall: boolean;
}

/** The base chains that a packet meets, in order. */
export function baseChains(ruleset: NftRuleset, { hook, version }: AuditPacket): readonly NftChain[] {
  return ruleset.chains
    .filter((chain) => chain.hook === hook && FAMILIES[version].includes(chain.family))
    .sort((a, b) => a.priority - b.priority);
}

/** What becomes of a packet at its hook. */
export function walkHook(ruleset: NftRuleset, packet: AuditPacket): HookOutcome {
  const walker = new ChainWalker(ruleset, packet);
  let undecided: readonly ChainEnd[] | null = null;
  const accepting: ChainEnd[] = [];
  for (const chain of baseChains(ruleset, packet)) {
    const { ends, mayFall } = walker.walk(chain);
    const all = mayFall ? [...ends, { kind: chain.policy, chain, rule: null, doubts: [] }] : ends;
    const kinds = new Set(all.map(({ kind }) => kind));
    if (kinds.size === 1 && kinds.has("drop")) return { verdict: "blocked", ends: all };
    if (kinds.size === 1 && kinds.has("accept")) accepting.push(...all);
    else undecided ??= all;
  }
  if (undecided !== null) return { verdict: "undecided", ends: undecided };
  // A rule says more than the policy of another chain.
  const rules = accepting.filter(({ rule }) => rule !== null);
  return { verdict: "allowed", ends: rules.length > 0 ? rules : accepting };
}

class ChainWalker {
  readonly #ruleset: NftRuleset;
  readonly #packet: AuditPacket;
  // Many jumps to many chains would else be walked as often as there are ways.
  readonly #known = new Map<NftChain, Walk>();
  readonly #open = new Set<NftChain>();

  constructor(ruleset: NftRuleset, packet: AuditPacket) {
    this.#ruleset = ruleset;
    this.#packet = packet;
  }

  walk(chain: NftChain): Walk {
    const known = this.#known.get(chain);
    if (known !== undefined) return known;
    this.#open.add(chain);
    const walk = this.#walkRules(chain);
    this.#open.delete(chain);
    this.#known.set(chain, walk);
    return walk;
  }

  #walkRules(chain: NftChain): Walk {
    const ends: ChainEnd[] = [];
    const add = (end: ChainEnd) => {
      const isKnown = ends.some(({ kind, rule }) => kind === end.kind && rule === end.rule);
      // The first of each kind is always kept: it is what a verdict is made of.
      const isFull = ends.length >= MAX_ENDS && ends.some(({ kind }) => kind === end.kind);
      if (!isKnown && !isFull) ends.push(end);
    };
    const findSet = (name: string) => this.#ruleset.set(chain.family, chain.table, name);
    let mayFall = false;
    for (const rule of chain.rules) {
      for (const { verdict, doubts } of effectsOf(rule, this.#packet, findSet)) {
        const isSure = doubts.length === 0;
        if (verdict.kind === "jump" || verdict.kind === "goto") {
          const target = this.#walkTarget(chain, verdict.target, rule);
          for (const end of target.ends) add({ ...end, doubts: [...doubts, ...end.doubts] });
          if (verdict.kind === "goto" && target.mayFall) mayFall = true;
          if (isSure && (verdict.kind === "goto" || !target.mayFall)) return { ends, mayFall };
        } else if (verdict.kind === "return") {
          mayFall = true;
          if (isSure) return { ends, mayFall };
        } else {
          add({ kind: verdict.kind, chain, rule, doubts });
          if (isSure) return { ends, mayFall };
        }
      }
    }
    return { ends, mayFall: true };
  }

  /** A chain that is not in the file, or jumps back to one that is walked (which no kernel loads), may do anything. */
  #walkTarget(from: NftChain, name: string, rule: NftRule): Walk {
    const chain = this.#ruleset.chain(from.family, from.table, name);
    if (chain !== undefined && !this.#open.has(chain) && this.#open.size <= MAX_DEPTH)
      return this.walk(chain);
    return { ends: [{ kind: "unknown", chain: from, rule, doubts: [`jump ${name}`] }], mayFall: true };
  }
}
