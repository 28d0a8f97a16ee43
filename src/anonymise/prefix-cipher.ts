/**
 * Crypto-PAn: maps addresses so that two that share exactly their first n bits still do afterwards (Xu, Fan, Ammar,
 * Moon, "Prefix-Preserving IP Address Anonymization", ICNP 2002). Bit n is flipped by one bit of AES over the n bits
 * before it. Works on the 4 bytes of IPv4 and the 16 of IPv6.
 */
import { type Cipher, createCipheriv } from "node:crypto";

/** The first half is the AES-128 key; the second half is encrypted to become the padding of prefixes to a block. */
export const PREFIX_KEY_LENGTH = 32;

const BLOCK_LENGTH = 16;

export class PrefixCipher {
  readonly #cipher: Cipher;
  readonly #pad: Uint8Array;

  /** @param key {@link PREFIX_KEY_LENGTH} bytes, borrowed for the call */
  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv("aes-128-ecb", key.subarray(0, BLOCK_LENGTH), null);
    this.#cipher.setAutoPadding(false);
    this.#pad = this.#cipher.update(key.subarray(BLOCK_LENGTH, PREFIX_KEY_LENGTH));
  }

  /**
   * Returns the bits of an address to flip, as bytes to XOR it with. Owned by the caller.
   *
   * @param address 4 or 16 bytes, borrowed for the call
   */
  flipsOf(address: Uint8Array): Uint8Array {
    const bits = address.length * 8;
    const blocks = new Uint8Array(bits * BLOCK_LENGTH);
    for (let length = 0; length < bits; length++) {
      const block = length * BLOCK_LENGTH;
      const whole = length >> 3;
      blocks.set(this.#pad, block);
      blocks.set(address.subarray(0, whole), block);
      const mask = 0xff00 >> (length & 7);
      blocks[block + whole] = (address[whole] & mask) | (this.#pad[whole] & ~mask);
    }
    const encrypted = this.#cipher.update(blocks);
    const flips = new Uint8Array(address.length);
    for (let length = 0; length < bits; length++) {
      const bit = encrypted[length * BLOCK_LENGTH] >>> 7;
      flips[length >> 3] |= bit << (7 - (length & 7));
    }
    return flips;
  }
}
