/**
 * Queried names, by client, server and identification: a response must match one to be trusted. A DNS server sees as many
 * queries as packets, so they are stored like flows in a flow table, without an object or a text key for each.
 */

import type { AddressKey } from "../../net/address-key.ts";
import { KeyHash } from "./key-hash.ts";
import { KeyIndex } from "./key-index.ts";

/** Identifies a query: client, server, source port and identification. */
export interface QueryKey {
  readonly client: AddressKey;
  readonly clientPort: number;
  readonly server: AddressKey;
  /** The message's identification, 16 bits. */
  readonly id: number;
}

/** Kinds of keys in the hash: by the version of IP. */
const KIND_IPV4 = 0;
const KIND_IPV6 = 1;
const IPV6_WORDS = 4;

/** Bounded: when there are too many, the oldest query is evicted. */
export class DnsQueries {
  readonly #limit: number;
  /** Two hash functions with independent random choices: queries that agree in all 64 bits are considered equal. */
  readonly #hash = new KeyHash();
  readonly #secondHash = new KeyHash();
  readonly #index = new KeyIndex();
  /** By query number, 1 to the limit. The numbers wrap around: the next one is the oldest. */
  readonly #hashes: Int32Array;
  readonly #secondHashes: Int32Array;
  /** Undefined for an unused number. */
  readonly #names: (string | undefined)[];
  #last = 0;
  /** The words of two IPv6 addresses. */
  readonly #words = new Int32Array(2 * IPV6_WORDS);

  /** @param limit maximum number of queries; at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
    this.#hashes = new Int32Array(limit + 1);
    this.#secondHashes = new Int32Array(limit + 1);
    this.#names = new Array(limit + 1);
  }

  /** Adds a query for `name`. Returns the name queried earlier with the same identification, which is dropped. */
  add(key: QueryKey, name: string): string | undefined {
    const hash = this.#hashOf(key, this.#hash);
    const secondHash = this.#hashOf(key, this.#secondHash);
    const known = this.#find(hash, secondHash);
    const before = this.#names[known];
    if (known !== 0) this.#forget(known);
    this.#last = this.#last === this.#limit ? 1 : this.#last + 1;
    const query = this.#last;
    if (this.#names[query] !== undefined) this.#forget(query);
    this.#hashes[query] = hash;
    this.#secondHashes[query] = secondHash;
    this.#names[query] = name;
    this.#index.insert(hash, query);
    return before;
  }

  /** The queried name, or undefined if there was no such query. */
  nameOf(key: QueryKey): string | undefined {
    return this.#names[this.#find(this.#hashOf(key, this.#hash), this.#hashOf(key, this.#secondHash))];
  }

  /** Number of a query, or 0. */
  #find(hash: number, secondHash: number): number {
    const { slots, mask } = this.#index;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const query = slots[slot * 2 + 1];
      if (query === 0 || (slots[slot * 2] === hash && this.#secondHashes[query] === secondHash)) return query;
    }
  }

  #forget(query: number): void {
    this.#index.remove(this.#hashes[query], query);
    this.#names[query] = undefined;
  }

  #hashOf({ client, clientPort, server, id }: QueryKey, hash: KeyHash): number {
    const numbers = (clientPort << 16) | id;
    if (typeof client === "number" && typeof server === "number") {
      return hash.ofIpv4(client, server, numbers, KIND_IPV4);
    }
    this.#setWords(0, client);
    this.#setWords(IPV6_WORDS, server);
    return hash.ofIpv6(this.#words, 0, numbers, KIND_IPV6);
  }

  #setWords(at: number, address: AddressKey): void {
    for (let i = 0; i < IPV6_WORDS; i++) {
      this.#words[at + i] =
        typeof address === "number"
          ? address
          : (address.charCodeAt(i * 2) << 16) | address.charCodeAt(i * 2 + 1);
    }
  }
}
