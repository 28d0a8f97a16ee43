/** Names that somebody asked for in vain: what a report on a firewall begins with. */
import { type AddressKey, addressText } from "../net/address-key.ts";
import { RecentMap } from "./recent-map.ts";

/**
 * How a name was kept from the one who asked for it: by a response code (RFC 1035, 4.1.1), an address of nobody, or an
 * answer that has no IPv4 address, where none of any kind was given otherwise.
 */
export type RefusalKind = "nxdomain" | "sinkhole" | "refused" | "servfail" | "no-data";

/** A name that was refused. */
export interface RefusedName {
  /** Lower case; hostile text. */
  readonly name: string;
  readonly client: AddressKey;
  readonly kind: RefusalKind;
  /** Responses that said so. */
  readonly times: number;
  /** When the first of them came, or `NO_TIME`. */
  readonly firstSeconds: number;
}

/** Each a name, an asker, a kind. */
const DEFAULT_LIMIT = 8192;

export class RefusedNames {
  readonly #names: RecentMap<RefusedName & { times: number }>;
  /** Names that the same asker was given an address for, be it by another server or before. */
  readonly #answered: RecentMap<true>;

  constructor(limit = DEFAULT_LIMIT) {
    this.#names = new RecentMap(limit);
    this.#answered = new RecentMap(limit);
  }

  /** Forgotten because there were too many. */
  get dropped(): number {
    return this.#names.dropped;
  }

  /** One more response of that kind. */
  add(name: string, client: AddressKey, kind: RefusalKind, seconds: number): void {
    const key = `${kind} ${addressText(client)} ${name}`;
    const known = this.#names.get(key) ?? { name, client, kind, times: 0, firstSeconds: seconds };
    known.times++;
    this.#names.set(key, known);
  }

  /** The asker was given an address for the name. */
  addAnswered(name: string, client: AddressKey): void {
    const key = `${addressText(client)} ${name}`;
    if (this.#answered.get(key) === undefined) this.#answered.set(key, true);
  }

  /** All that are kept, but for those that were answered as well; the one refused last comes last. */
  list(): readonly RefusedName[] {
    return [...this.#names.values()].filter(
      ({ name, client }) => this.#answered.get(`${addressText(client)} ${name}`) === undefined,
    );
  }
}
