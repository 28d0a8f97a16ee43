/** Names that somebody asked for in vain: what a report on a firewall begins with. */
import { type AddressKey, addressText } from "../../net/address-key.ts";
import { DnsType, type DnsZone } from "../payload/dns-message.ts";
import { type IsNameMeant, isUnderscored } from "./meant-names.ts";
import { RecentMap } from "./recent-map.ts";
import type { UnansweredName } from "./unanswered-names.ts";

/**
 * How a name was kept from the one who asked for it: by a response code (RFC 1035, 4.1.1), an address of nobody or of the
 * network's own, or an answer that has no IPv4 address, where none of any kind was given otherwise.
 */
export type RefusalKind = "nxdomain" | "sinkhole" | "refused" | "servfail" | "no-data";
/** How a name was kept: refused, or never answered. */
export type NameFate = RefusalKind | "no-answer";

/** A response that refuses a name. */
export interface Refusal {
  /** Lower case; hostile text. */
  readonly name: string;
  readonly client: AddressKey;
  readonly kind: RefusalKind;
  /** Since 1970, or `NO_TIME`. */
  readonly seconds: number;
  /** The type that was asked for; null where the response does not repeat the question. */
  readonly type: number | null;
  /** The zone that the response says it speaks for. */
  readonly zone: DnsZone | null;
  /** Of a sinkhole: the address that was given. */
  readonly address: AddressKey | null;
}

/**
 * Types that no client needs to reach a host: it browses, looks for services, or for the zone to update. That they are
 * not there, or are not given, keeps nobody from anything.
 */
const WITHOUT_HOST: ReadonlySet<number> = new Set([DnsType.PTR, DnsType.SRV, DnsType.SOA, DnsType.TXT]);

/** A name that was refused. */
export interface RefusedName {
  /** Lower case; hostile text. */
  readonly name: string;
  readonly client: AddressKey;
  readonly kind: NameFate;
  /** Responses that said so; without an answer, queries. */
  readonly times: number;
  /** When the first of them came, or `NO_TIME`. */
  readonly firstSeconds: number;
  /** Of a sinkhole: the addresses that were given, eight at most. */
  readonly addresses: readonly AddressKey[];
  /** The name's own zone says that there is nothing: nobody keeps it from anybody. */
  readonly isOwners: boolean;
  /** Other clients that were given an address for the name. */
  readonly resolvedForOthers: number;
  /** Without an answer: queries that repeat one with the same identification. */
  readonly repeated: number;
}

/** Addresses of one name that are kept at most. */
const MAX_ADDRESSES = 8;

/** Each a name, an asker, a kind. */
const DEFAULT_LIMIT = 8192;
/** Names of which it is remembered whether they are meant. */
const MAX_JUDGED = 4096;

export class RefusedNames {
  readonly #names: RecentMap<RefusedName & { times: number; addresses: AddressKey[] }>;
  /** Names that the same asker was given an address for, be it by another server or before. */
  readonly #answered: RecentMap<string>;
  readonly #isMeant: IsNameMeant;
  readonly #judged = new Map<string, boolean>();

  constructor(isMeant: IsNameMeant, limit = DEFAULT_LIMIT) {
    this.#isMeant = isMeant;
    this.#names = new RecentMap(limit);
    this.#answered = new RecentMap(limit);
  }

  /** Forgotten because there were too many. */
  get dropped(): number {
    return this.#names.dropped;
  }

  /** One more response; nothing where the name is not meant, or nobody was kept from a host by it. */
  add(refusal: Refusal): void {
    const { name, client, kind, seconds, type, address } = refusal;
    if (!this.isMeant(name) || isUnderscored(name) || (type !== null && WITHOUT_HOST.has(type))) return;
    const isOwners = this.#isOwnersWord(refusal);
    const key = `${kind} ${isOwners} ${addressText(client)} ${name}`;
    const counts = { times: 0, firstSeconds: seconds, addresses: [], resolvedForOthers: 0, repeated: 0 };
    const known = this.#names.get(key) ?? { name, client, kind, isOwners, ...counts };
    known.times++;
    const isNew = address !== null && !known.addresses.includes(address);
    if (isNew && known.addresses.length < MAX_ADDRESSES) known.addresses.push(address);
    this.#names.set(key, known);
  }

  /** The asker was given an address for the name. */
  addAnswered(name: string, client: AddressKey): void {
    if (!this.isMeant(name)) return;
    const key = `${addressText(client)} ${name}`;
    if (this.#answered.get(key) === undefined) this.#answered.set(key, name);
  }

  /**
   * Whether the zone of a name that is meant says itself that there is nothing: zone and primary server are both meant.
   * A resolver that blocks a name tells of no zone, or of one of its own; under the blocked name, its primary is local.
   */
  #isOwnersWord({ kind, zone }: Refusal): boolean {
    if (zone === null || (kind !== "nxdomain" && kind !== "no-data")) return false;
    return this.isMeant(zone.name) && this.isMeant(zone.primary);
  }

  /** Whether a name is one to keep. */
  isMeant(name: string): boolean {
    const known = this.#judged.get(name);
    if (known !== undefined) return known;
    if (this.#judged.size >= MAX_JUDGED) this.#judged.clear();
    const isMeant = this.#isMeant(name);
    this.#judged.set(name, isMeant);
    return isMeant;
  }

  /**
   * All that are kept, and those that nobody answered, but for those that were answered as well; of each kind the one
   * refused last comes last.
   */
  list(unanswered: readonly UnansweredName[] = []): readonly RefusedName[] {
    const others = countValues(this.#answered.values());
    const silent = unanswered.map(({ name, client, queries, repeated, firstSeconds }): RefusedName => {
      const base = { name, client, kind: "no-answer", times: queries, firstSeconds, repeated } as const;
      return { ...base, addresses: [], isOwners: false, resolvedForOthers: 0 };
    });
    return [...this.#names.values(), ...silent]
      .filter(({ name, client }) => this.#answered.get(`${addressText(client)} ${name}`) === undefined)
      .map((refused) => ({ ...refused, resolvedForOthers: others.get(refused.name) ?? 0 }));
  }
}

function countValues(values: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
