/** Hash that identifies a flow, the same for both directions. */
import { type HashKey, KeyedHash } from "./keyed-hash.ts";
import type { FlowEnds } from "./sightings.ts";

export class FlowHash {
  readonly #hash: KeyedHash;

  /** `key` is kept, not copied. */
  constructor(key: HashKey) {
    this.#hash = new KeyedHash(key);
  }

  /** Returns 53 bits of keyed hash. */
  of(flow: FlowEnds): number {
    const { kind, protocol, source, destination, ports } = flow;
    const isForward = isInOrder(flow);
    const hash = this.#hash;
    hash.begin();
    hash.addWord((kind << 8) | protocol);
    hash.addWord(isForward ? source : destination);
    hash.addWord(isForward ? destination : source);
    hash.addWord(isForward ? ports : ((ports & 0xffff) << 16) | (ports >>> 16));
    const low = hash.value() >>> 0;
    hash.addWord(1);
    return (hash.value() & 0x1fffff) * 2 ** 32 + low;
  }
}

/**
 * Whether the ends are in the order in which a flow is hashed; false for the other direction, unless both ends are
 * equal.
 */
export function isInOrder({ source, destination, ports }: FlowEnds): boolean {
  return source < destination || (source === destination && ports >>> 16 <= (ports & 0xffff));
}
