/**
 * Prefixes that a product's documentation tells administrators to allow, with dedicated ports: on these ports, and nowhere
 * else, an address identifies the product. Looked up once per flow: stored in columns, without allocation.
 */

import type { PortRange, RowTransport } from "../port-list/port-cell.ts";
import type { Product } from "../port-list/product.ts";
import type { TransportIndex } from "../port-list/service-table.ts";
import { formatIpPrefix, type IpPrefix, prefixMask } from "./ip-prefix.ts";
import { carriesIpv4 } from "./network-rules.ts";

/** Documentation of an address and a port. Frozen, and the same object for the same row. */
export interface DocumentedMatch {
  /** Never empty. */
  readonly products: readonly Product[];
  /** The prefix: "17.249.0.0/16". */
  readonly rule: string;
}

/** One row of documented networks. */
export interface DocumentedNetwork {
  readonly prefix: IpPrefix;
  readonly transport: RowTransport;
  /** Ascending. */
  readonly ports: readonly PortRange[];
  /** Never empty. */
  readonly products: readonly Product[];
}

const WORDS = 4;
const UDP_BIT = 0x10000;

/** Maps addresses and ports to products. Immutable after construction. */
export class DocumentedNetworks {
  readonly #ipv4: PrefixRows;
  readonly #ipv6: PrefixRows;

  constructor(rows: readonly DocumentedNetwork[]) {
    this.#ipv4 = new PrefixRows(rows.filter(({ prefix }) => prefix.version === 4));
    this.#ipv6 = new PrefixRows(rows.filter(({ prefix }) => prefix.version === 6));
  }

  /**
   * Returns the match of the longest prefix that contains an IPv4 address and documents the port, or null.
   *
   * @param word the address of the service, signed or not, in network order
   */
  matchIpv4(word: number, transport: TransportIndex, port: number): DocumentedMatch | null {
    return this.#ipv4.match(word, 0, 0, 0, transport, port);
  }

  /** The same for an IPv6 address by its four words; an embedded IPv4 address is matched as such. */
  matchIpv6(
    word0: number,
    word1: number,
    word2: number,
    word3: number,
    transport: TransportIndex,
    port: number,
  ): DocumentedMatch | null {
    if (carriesIpv4(word0, word1, word2)) return this.matchIpv4(word3, transport, port);
    return this.#ipv6.match(word0, word1, word2, word3, transport, port);
  }
}

/** Rows of one IP version, longest prefixes first. There are few, and most ports are in none of them. */
class PrefixRows {
  readonly #words: Int32Array;
  readonly #masks: Int32Array;
  readonly #ports: readonly ReadonlySet<number>[];
  readonly #matches: readonly DocumentedMatch[];
  /** The ports of all rows. */
  readonly #anyPort: ReadonlySet<number>;

  constructor(rows: readonly DocumentedNetwork[]) {
    const sorted = [...rows].sort((a, b) => b.prefix.length - a.prefix.length);
    this.#words = new Int32Array(sorted.flatMap(({ prefix }) => prefix.words));
    this.#masks = new Int32Array(
      sorted.flatMap(({ prefix: { version, length } }) =>
        [0, 1, 2, 3].map((index) => prefixMask(version, length, index)),
      ),
    );
    this.#ports = sorted.map(portKeys);
    this.#anyPort = new Set(this.#ports.flatMap((keys) => [...keys]));
    this.#matches = sorted.map(({ prefix, products }) =>
      Object.freeze({ products: Object.freeze([...products]), rule: formatIpPrefix(prefix) }),
    );
  }

  match(
    word0: number,
    word1: number,
    word2: number,
    word3: number,
    transport: TransportIndex,
    port: number,
  ): DocumentedMatch | null {
    const key = portKey(transport, port);
    if (!this.#anyPort.has(key)) return null;
    for (let row = 0; row < this.#matches.length; row++) {
      if (this.#ports[row].has(key) && this.#covers(row * WORDS, word0, word1, word2, word3)) {
        return this.#matches[row];
      }
    }
    return null;
  }

  #covers(at: number, word0: number, word1: number, word2: number, word3: number): boolean {
    return (
      (word0 & this.#masks[at]) === this.#words[at] &&
      (word1 & this.#masks[at + 1]) === this.#words[at + 1] &&
      (word2 & this.#masks[at + 2]) === this.#words[at + 2] &&
      (word3 & this.#masks[at + 3]) === this.#words[at + 3]
    );
  }
}

function portKeys({ transport, ports }: DocumentedNetwork): ReadonlySet<number> {
  const keys = new Set<number>();
  for (const { first, last } of ports) {
    for (let port = first; port <= last; port++) {
      if (transport !== "udp") keys.add(portKey(0, port));
      if (transport !== "tcp") keys.add(portKey(1, port));
    }
  }
  return keys;
}

function portKey(transport: TransportIndex, port: number): number {
  return transport === 0 ? port : port | UDP_BIT;
}
