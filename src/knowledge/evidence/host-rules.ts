/** Which products a host name stands for. Names come from packets: anything may stand in them. */

import type { Product } from "../port-list/product.ts";
import { type HostPattern, matchesLabels, normalizeHostName } from "./host-pattern.ts";

/** What is known of a name. Frozen, and the same object for the same rule. */
export interface HostMatch {
  /** Empty: Apple's name, but of which product is not known. */
  readonly products: readonly Product[];
  /** The pattern, as it stands in its file. */
  readonly rule: string;
}

/**
 * Where a name may stand. `dns-only`: it is what a CNAME points to, which no client sends. `ech-public-name`: it stands
 * in front of an encrypted ClientHello and says nothing of what is meant (RFC 9849).
 */
export type HostUse = "any" | "dns-only" | "ech-public-name";

/** One row of hosts. */
export interface HostRule {
  readonly pattern: HostPattern;
  readonly use: HostUse;
  readonly products: readonly Product[];
}

interface WildcardRule {
  readonly labels: readonly string[];
  /** How much of it is not a wildcard: of two that fit, the one that says more wins. */
  readonly literals: number;
  readonly match: HostMatch;
}

/** What rules say of names that end alike. */
interface Tail {
  suffix: HostMatch | null;
  wildcards: WildcardRule[];
}

/**
 * Patterns by what names end in. The very name wins over wildcards, and these over suffixes, of which the longest wins.
 * A name is looked up once for each label that the longest ending of a pattern has, however many labels of its own it has.
 */
class PatternIndex {
  readonly #exact = new Map<string, HostMatch>();
  /** By the name of a suffix, and by what stands behind the last wildcard. */
  readonly #tails = new Map<string, Tail>();
  #mostLabels = 0;

  constructor(rules: readonly HostRule[]) {
    for (const rule of rules) this.#add(rule);
    for (const { wildcards } of this.#tails.values()) wildcards.sort((a, b) => b.literals - a.literals);
  }

  /** @param name normalized */
  match(name: string): HostMatch | null {
    const exact = this.#exact.get(name);
    if (exact !== undefined) return exact;
    let suffix: HostMatch | null = null;
    for (let start = this.#firstTail(name); start >= 0; start = nextLabel(name, start)) {
      const tail = this.#tails.get(start === 0 ? name : name.slice(start));
      if (tail === undefined) continue;
      if (tail.wildcards.length > 0) {
        const labels = name.split(".");
        const wildcard = tail.wildcards.find((rule) => matchesLabels(rule.labels, labels));
        if (wildcard !== undefined) return wildcard.match;
      }
      // A single label is a top-level domain to the rules: a host of one's own that is called "apple" is not in it.
      if (start > 0 || name.includes(".")) suffix ??= tail.suffix;
    }
    return suffix;
  }

  /** Where the last labels begin of which a pattern can speak. */
  #firstTail(name: string): number {
    let start = name.length + 1;
    for (let labels = 0; labels < this.#mostLabels && start > 0; labels++) {
      start = name.lastIndexOf(".", start - 2) + 1;
    }
    return start;
  }

  #add({ pattern: { kind, name, text }, products }: HostRule): void {
    const match: HostMatch = Object.freeze({ products: Object.freeze([...products]), rule: text });
    if (kind === "exact") {
      this.#exact.set(name, match);
      return;
    }
    const lastWildcard = Math.max(name.lastIndexOf("*"), name.lastIndexOf("#"));
    const end = kind === "suffix" ? name : name.slice(nextLabel(name, lastWildcard));
    const tail = this.#tails.get(end) ?? { suffix: null, wildcards: [] };
    this.#tails.set(end, tail);
    this.#mostLabels = Math.max(this.#mostLabels, end.split(".").length);
    if (kind === "suffix") tail.suffix = match;
    else {
      tail.wildcards.push({ labels: name.split("."), literals: name.replace(/[*#]/g, "").length, match });
    }
  }
}

/** Where the next label of a name begins, -1 behind the last. */
function nextLabel(name: string, start: number): number {
  const dot = name.indexOf(".", start);
  return dot < 0 ? -1 : dot + 1;
}

/** The labels of patterns by the domain that the first one stands below. */
interface PatternsBelow {
  readonly literal: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Patterns whose domain has wildcards of its own. */
  readonly wild: readonly (readonly string[])[];
}

function groupByDomain(patterns: readonly HostPattern[]): PatternsBelow {
  const literal = new Map<string, string[][]>();
  const wild: string[][] = [];
  for (const { name } of patterns) {
    const labels = name.split(".");
    const domain = labels.slice(1).join(".");
    const known = literal.get(domain);
    if (/[*#]/.test(domain)) wild.push(labels);
    else if (known === undefined) literal.set(domain, [labels]);
    else known.push(labels);
  }
  return { literal, wild };
}

/** Numbers of more digits tell servers of one kind apart no more: an account has some. */
const KNOWN_DIGITS = 4;

/** The words of patterns: "courier" and "push" of "#-courier.push.apple.com". */
function wordsOf(patterns: readonly HostPattern[]): ReadonlySet<string> {
  return new Set(patterns.flatMap(({ name }) => name.match(/[a-z]+/g) ?? []));
}

/** Host names to products. Immutable after construction. */
export class HostRules {
  readonly #layers: readonly (readonly HostRule[])[];
  // Each made when it is first asked for.
  #sent: readonly PatternIndex[] | null = null;
  #asked: readonly PatternIndex[] | null = null;
  #echPublicNames: readonly PatternIndex[] | null = null;
  #below: PatternsBelow | null = null;
  #words: ReadonlySet<string> | null = null;

  /** @param layers rows by rank: where one of the first says anything of a name, the later ones are not asked */
  constructor(layers: readonly (readonly HostRule[])[]) {
    this.#layers = layers;
  }

  /**
   * What a name that a client sent stands for: an SNI, a Host. Of names that should stand only behind a CNAME it says no
   * more than that they are Apple's.
   *
   * @param name of any length and content, upper case and a dot at its end allowed
   * @returns null where no row speaks of the name: not one of Apple's
   */
  match(name: string): HostMatch | null {
    this.#sent ??= this.#named().map(
      (rules) =>
        new PatternIndex(rules.map((rule) => (rule.use === "dns-only" ? { ...rule, products: [] } : rule))),
    );
    return firstMatch(this.#sent, name);
  }

  /** What a name in a DNS message stands for, be it asked for or what a CNAME points to. Else as {@link match}. */
  matchDnsName(name: string): HostMatch | null {
    this.#asked ??= this.#named().map((rules) => new PatternIndex(rules));
    return firstMatch(this.#asked, name);
  }

  /**
   * What names stand for that have one label more than a domain, as those that "*.example.com" in a certificate fits: first
   * names of which no row speaks by their own label, then a name for each row that does. Each as {@link match} has it.
   *
   * @param domain as `name` of {@link match}
   */
  matchBelow(domain: string): readonly (HostMatch | null)[] {
    const normalized = normalizeHostName(domain);
    if (normalized === null) return [null];
    this.#below ??= groupByDomain(this.#patterns());
    const labels = normalized.split(".");
    const wild = this.#below.wild.filter(([, ...above]) => matchesLabels(above, labels));
    const own = [...(this.#below.literal.get(normalized) ?? []), ...wild].map(([label]) => label);
    // Only a wildcard for any label fits a label that is a star.
    const first = ["*", ...own.map((label) => label.replace("#", "0"))];
    return first.map((label) => this.match(`${label}.${normalized}`));
  }

  /**
   * Whether a label of a name has a known shape: words that occur in rows, numbers of few digits, and hyphens. Below a domain of
   * Apple's any label may stand, also one that tells of a person.
   */
  isKnownLabel(label: string): boolean {
    this.#words ??= wordsOf(this.#patterns());
    const parts = label.toLowerCase().match(/[a-z]+|\d+|[^a-z\d-]/g) ?? [];
    return parts.every((part) => (/^\d/.test(part) ? part.length <= KNOWN_DIGITS : this.#words?.has(part)));
  }

  /** Whether a name is one that stands before encrypted ClientHellos of many sites, and so names none of them. */
  isPublicEchName(name: string): boolean {
    this.#echPublicNames ??= [
      new PatternIndex(this.#layers.flat().filter(({ use }) => use === "ech-public-name")),
    ];
    return firstMatch(this.#echPublicNames, name) !== null;
  }

  #named(): readonly (readonly HostRule[])[] {
    return this.#layers.map((rules) => rules.filter(({ use }) => use !== "ech-public-name"));
  }

  #patterns(): readonly HostPattern[] {
    return this.#named()
      .flat()
      .map(({ pattern }) => pattern);
  }
}

function firstMatch(indexes: readonly PatternIndex[], name: string): HostMatch | null {
  const normalized = normalizeHostName(name);
  if (normalized === null) return null;
  for (const index of indexes) {
    const match = index.match(normalized);
    if (match !== null) return match;
  }
  return null;
}
