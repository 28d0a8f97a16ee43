/** Products by host name. Names come from packets and may contain anything. */

import type { Product } from "../port-list/product.ts";
import { type HostPattern, matchesLabels, normalizeHostName } from "./host-pattern.ts";

/** What is known about a name. Frozen, and the same object for the same rule. */
export interface HostMatch {
  /** Empty: an Apple name of an unknown product. */
  readonly products: readonly Product[];
  /** The pattern as written in its file. */
  readonly rule: string;
}

/**
 * Where a name may occur. `dns-only`: as the target of a CNAME, which clients do not send. `ech-public-name`: in the outer
 * ClientHello of an encrypted one, where it says nothing about the real name (RFC 9849).
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
  /** Number of characters that are not wildcards: if several patterns match, the one with most wins. */
  readonly literals: number;
  readonly match: HostMatch;
}

/** Rules for names with the same ending. */
interface Tail {
  suffix: HostMatch | null;
  wildcards: WildcardRule[];
}

/**
 * Patterns by name ending. An exact name wins over wildcards, and these over suffixes, of which the longest wins. The number
 * of lookups per name is limited by the number of labels in the longest pattern ending, however many labels the name has.
 */
class PatternIndex {
  readonly #exact = new Map<string, HostMatch>();
  /** By the name of a suffix, and by the part after the last wildcard. */
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
      // To the rules, a single label is a top-level domain: a local host called "apple" is not in it.
      if (start > 0 || name.includes(".")) suffix ??= tail.suffix;
    }
    return suffix;
  }

  /** Start of the last labels that a pattern can match. */
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

/** Start of the next label of a name, -1 after the last one. */
function nextLabel(name: string, start: number): number {
  const dot = name.indexOf(".", start);
  return dot < 0 ? -1 : dot + 1;
}

/** Label patterns by the domain below which the first label stands. */
interface PatternsBelow {
  readonly literal: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** Patterns with wildcards in the domain. */
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

/** Numbers with more digits do not distinguish servers of one kind: they may be account numbers. */
const KNOWN_DIGITS = 4;

/** The words in patterns: "courier" and "push" of "#-courier.push.apple.com". */
function wordsOf(patterns: readonly HostPattern[]): ReadonlySet<string> {
  return new Set(patterns.flatMap(({ name }) => name.match(/[a-z]+/g) ?? []));
}

/** Maps host names to products. Immutable after construction. */
export class HostRules {
  readonly #layers: readonly (readonly HostRule[])[];
  // Each built on first use.
  #sent: readonly PatternIndex[] | null = null;
  #asked: readonly PatternIndex[] | null = null;
  #echPublicNames: readonly PatternIndex[] | null = null;
  #below: PatternsBelow | null = null;
  #words: ReadonlySet<string> | null = null;

  /** @param layers rows by rank: later layers are consulted only if earlier ones do not match the name */
  constructor(layers: readonly (readonly HostRule[])[]) {
    this.#layers = layers;
  }

  /**
   * Matches a name that a client sent: an SNI or a Host. For names that should occur only as CNAME targets, the result is
   * just that they are Apple's.
   *
   * @param name of any length and content; upper case and a trailing dot are allowed
   * @returns null if no row matches the name: not an Apple name
   */
  match(name: string): HostMatch | null {
    this.#sent ??= this.#named().map(
      (rules) =>
        new PatternIndex(rules.map((rule) => (rule.use === "dns-only" ? { ...rule, products: [] } : rule))),
    );
    return firstMatch(this.#sent, name);
  }

  /** Matches a name in a DNS message, either queried or the target of a CNAME. Otherwise like {@link match}. */
  matchDnsName(name: string): HostMatch | null {
    this.#asked ??= this.#named().map((rules) => new PatternIndex(rules));
    return firstMatch(this.#asked, name);
  }

  /**
   * Matches the possible names with one more label than a domain, such as those covered by "*.example.com" in a certificate:
   * first a name whose own label is in no row, then one for each row with such a label. Each result is that of {@link match}.
   *
   * @param domain like `name` of {@link match}
   */
  matchBelow(domain: string): readonly (HostMatch | null)[] {
    const normalized = normalizeHostName(domain);
    if (normalized === null) return [null];
    this.#below ??= groupByDomain(this.#patterns());
    const labels = normalized.split(".");
    const wild = this.#below.wild.filter(([, ...above]) => matchesLabels(above, labels));
    const own = [...(this.#below.literal.get(normalized) ?? []), ...wild].map(([label]) => label);
    // Only a wildcard for any label matches a label that is an asterisk.
    const first = ["*", ...own.map((label) => label.replace("#", "0"))];
    return first.map((label) => this.match(`${label}.${normalized}`));
  }

  /**
   * Whether a label of a name has a known shape: words that occur in rows, short numbers, and hyphens. Below an Apple domain,
   * any label may occur, including ones that identify a person.
   */
  isKnownLabel(label: string): boolean {
    this.#words ??= wordsOf(this.#patterns());
    const parts = label.toLowerCase().match(/[a-z]+|\d+|[^a-z\d-]/g) ?? [];
    return parts.every((part) => (/^\d/.test(part) ? part.length <= KNOWN_DIGITS : this.#words?.has(part)));
  }

  /** Whether a name is in the outer ClientHello for many sites (ECH), and so identifies none of them. */
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
