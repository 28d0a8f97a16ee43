/** Names whose address was queried without any answer. */
import { type AddressKey, addressText } from "../../net/address-key.ts";
import { DnsType } from "../payload/dns-message.ts";
import { RecentMap } from "./recent-map.ts";
import { type IsNameRelevant, isUnderscored } from "./relevant-names.ts";

/** Entries, each of a name, an asker and a type. */
const LIMIT = 8192;

/** A name with its pending queries. */
export interface UnansweredName {
  /** Lower case; hostile text. */
  readonly name: string;
  readonly client: AddressKey;
  /** Queries since the last answer. */
  readonly queries: number;
  /** Queries among these that repeat one with the same identification: the client missed an answer. */
  readonly repeated: number;
  /** Time of the first one, or `NO_TIME`. */
  readonly firstSeconds: number;
}

/** A query for an address. */
export interface NameQuery {
  readonly name: string;
  readonly client: AddressKey;
  readonly type: number;
  /** Since 1970, or `NO_TIME`. */
  readonly seconds: number;
  readonly isRepeated: boolean;
}

type Waiting = { -readonly [K in keyof UnansweredName]: UnansweredName[K] };

export class UnansweredNames {
  readonly #waiting = new RecentMap<Waiting>(LIMIT);
  readonly #isRelevant: IsNameRelevant;

  /** @param isRelevant selects the names that are kept; called for each query */
  constructor(isRelevant: IsNameRelevant) {
    this.#isRelevant = isRelevant;
  }

  /** Dropped because there were too many. */
  get dropped(): number {
    return this.#waiting.dropped;
  }

  addQuery({ name, client, type, seconds, isRepeated }: NameQuery): void {
    if (type !== DnsType.A && type !== DnsType.AAAA) return;
    if (isUnderscored(name) || !this.#isRelevant(name)) return;
    const key = keyOf(client, type, name);
    const known = this.#waiting.get(key);
    if (known === undefined || known.queries === 0) {
      this.#waiting.set(key, {
        name,
        client,
        queries: 1,
        repeated: isRepeated ? 1 : 0,
        firstSeconds: seconds,
      });
      return;
    }
    known.queries++;
    if (isRepeated) known.repeated++;
  }

  /** An answer arrived, whatever its content. */
  addResponse(client: AddressKey, type: number, name: string): void {
    const waiting = this.#waiting.size === 0 ? undefined : this.#waiting.get(keyOf(client, type, name));
    if (waiting !== undefined) waiting.queries = 0;
  }

  /** Names that were queried repeatedly without an answer, with the queries of all types. */
  list(): readonly UnansweredName[] {
    const names = new Map<string, Waiting>();
    for (const waiting of this.#waiting.values()) {
      if (waiting.queries < 2) continue;
      const key = `${addressText(waiting.client)} ${waiting.name}`;
      const known = names.get(key);
      if (known === undefined) names.set(key, { ...waiting });
      else {
        known.queries += waiting.queries;
        known.repeated += waiting.repeated;
        known.firstSeconds = Math.min(known.firstSeconds, waiting.firstSeconds);
      }
    }
    return [...names.values()];
  }
}

function keyOf(client: AddressKey, type: number, name: string): string {
  return `${type} ${addressText(client)} ${name}`;
}
