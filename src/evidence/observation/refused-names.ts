/** Names that were refused: the starting point of a report on a firewall. */
import { type AddressKey, addressText } from "../../net/address-key.ts";
import { DnsType, type DnsZone } from "../payload/dns-message.ts";
import { RecentMap } from "./recent-map.ts";
import { type IsNameRelevant, isUnderscored } from "./relevant-names.ts";
import type { UnansweredName } from "./unanswered-names.ts";

/**
 * How a name was refused: by a response code (RFC 1035, 4.1.1), an unusable or local address, or an answer without an IPv4
 * address, if no address of any kind was returned at another time.
 */
export type RefusalKind = "nxdomain" | "sinkhole" | "refused" | "servfail" | "no-data";
/** How a name failed: refused, or unanswered. */
export type NameFate = RefusalKind | "no-answer";

/** A response that refuses a name. */
export interface Refusal {
  /** Lower case; hostile text. */
  readonly name: string;
  readonly client: AddressKey;
  readonly kind: RefusalKind;
  /** Since 1970, or `NO_TIME`. */
  readonly seconds: number;
  /** The queried type; null if the response does not repeat the question. */
  readonly type: number | null;
  /** The zone that the response claims to speak for. */
  readonly zone: DnsZone | null;
  /** For a sinkhole: the returned address. */
  readonly address: AddressKey | null;
}

/**
 * Types that clients do not need to reach a host: they are used for browsing, for services, or to find the zone to update.
 * Their absence or refusal blocks nobody.
 */
const WITHOUT_HOST: ReadonlySet<number> = new Set([DnsType.PTR, DnsType.SRV, DnsType.SOA, DnsType.TXT]);

/** A name that was refused. */
export interface RefusedName {
  /** Lower case; hostile text. */
  readonly name: string;
  readonly client: AddressKey;
  readonly kind: NameFate;
  /** Responses that refused it; for unanswered names, queries. */
  readonly times: number;
  /** Time of the first one, or `NO_TIME`. */
  readonly firstSeconds: number;
  /** For a sinkhole: the returned addresses, at most eight. */
  readonly addresses: readonly AddressKey[];
  /** The name's own zone answers that it does not exist: nobody blocks it. */
  readonly isAuthoritative: boolean;
  /** Other clients that received an address for the name. */
  readonly resolvedForOthers: number;
  /** For unanswered names: queries that repeat an earlier one with the same identification. */
  readonly repeated: number;
}

/** Maximum number of addresses kept per name. */
const MAX_ADDRESSES = 8;

/** Entries, each of a name, an asker and a kind. */
const DEFAULT_LIMIT = 8192;
/** Maximum number of names whose relevance is cached. */
const MAX_CACHED = 4096;

export class RefusedNames {
  readonly #names: RecentMap<RefusedName & { times: number; addresses: AddressKey[] }>;
  /** Names for which the same asker received an address, from another server or earlier. */
  readonly #answered: RecentMap<string>;
  readonly #isRelevant: IsNameRelevant;
  readonly #relevance = new Map<string, boolean>();

  constructor(isRelevant: IsNameRelevant, limit = DEFAULT_LIMIT) {
    this.#isRelevant = isRelevant;
    this.#names = new RecentMap(limit);
    this.#answered = new RecentMap(limit);
  }

  /** Dropped because there were too many. */
  get dropped(): number {
    return this.#names.dropped;
  }

  /** Adds a response; ignores names that are not kept, and refusals that block no host. */
  add(refusal: Refusal): void {
    const { name, client, kind, seconds, type, address } = refusal;
    if (!this.isRelevant(name) || isUnderscored(name) || (type !== null && WITHOUT_HOST.has(type))) return;
    const isAuthoritative = this.#isAuthoritative(refusal);
    const key = `${kind} ${isAuthoritative} ${addressText(client)} ${name}`;
    const counts = { times: 0, firstSeconds: seconds, addresses: [], resolvedForOthers: 0, repeated: 0 };
    const known = this.#names.get(key) ?? { name, client, kind, isAuthoritative, ...counts };
    known.times++;
    const isNew = address !== null && !known.addresses.includes(address);
    if (isNew && known.addresses.length < MAX_ADDRESSES) known.addresses.push(address);
    this.#names.set(key, known);
  }

  /** The asker received an address for the name. */
  addAnswered(name: string, client: AddressKey): void {
    if (!this.isRelevant(name)) return;
    const key = `${addressText(client)} ${name}`;
    if (this.#answered.get(key) === undefined) this.#answered.set(key, name);
  }

  /**
   * Whether an Apple zone itself answers that the name does not exist: both zone and primary server are Apple names. A
   * resolver that blocks a name sends no zone, or its own one; if it uses the blocked name as the zone, the primary is local.
   */
  #isAuthoritative({ kind, zone }: Refusal): boolean {
    if (zone === null || (kind !== "nxdomain" && kind !== "no-data")) return false;
    return this.isRelevant(zone.name) && this.isRelevant(zone.primary);
  }

  /** Whether to keep a name. */
  isRelevant(name: string): boolean {
    const known = this.#relevance.get(name);
    if (known !== undefined) return known;
    if (this.#relevance.size >= MAX_CACHED) this.#relevance.clear();
    const isRelevant = this.#isRelevant(name);
    this.#relevance.set(name, isRelevant);
    return isRelevant;
  }

  /**
   * All kept names, and the unanswered ones, except those that were also answered; within each kind, the most recently
   * refused one comes last.
   */
  list(unanswered: readonly UnansweredName[] = []): readonly RefusedName[] {
    const others = countValues(this.#answered.values());
    const unansweredOnes = unanswered.map(
      ({ name, client, queries, repeated, firstSeconds }): RefusedName => {
        const base = { name, client, kind: "no-answer", times: queries, firstSeconds, repeated } as const;
        return { ...base, addresses: [], isAuthoritative: false, resolvedForOthers: 0 };
      },
    );
    return [...this.#names.values(), ...unansweredOnes]
      .filter(({ name, client }) => this.#answered.get(`${addressText(client)} ${name}`) === undefined)
      .map((refused) => ({ ...refused, resolvedForOthers: others.get(refused.name) ?? 0 }));
  }
}

function countValues(values: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
