/**
 * XXH64 with seed 0 (xxhash.com, doc/xxhash_spec.md): the checksum of zstd frames. Numbers of 64 bits are pairs of
 * 32 bits in the part that sees all bytes; in BigInt that part was slower than the decompression it checks.
 */
import { readUint32LittleEndian } from "../net/byte-reads.ts";

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

const PRIME_1_HIGH = 0x9e3779b1;
const PRIME_1_LOW = 0x85ebca87;
const PRIME_2_HIGH = 0xc2b2ae3d;
const PRIME_2_LOW = 0x27d4eb4f;

const LANES = 4;
const STRIPE_LENGTH = 32;

/** A running hash. */
export class XxHash64 {
  /** Of each lane the upper 32 bits, then the lower ones. */
  readonly #lanes = new Int32Array(2 * LANES);
  /** Bytes that do not fill a stripe yet. */
  readonly #rest = new Uint8Array(STRIPE_LENGTH);
  #length = 0;

  constructor() {
    const initial = [PRIME_1 + PRIME_2, PRIME_2, 0n, -PRIME_1];
    for (const [lane, value] of initial.entries()) {
      this.#lanes[2 * lane] = Number(BigInt.asIntN(32, value >> 32n));
      this.#lanes[2 * lane + 1] = Number(BigInt.asIntN(32, value));
    }
  }

  /** Adds `bytes`, borrowed. */
  update(bytes: Uint8Array): void {
    const held = this.#length % STRIPE_LENGTH;
    this.#length += bytes.length;
    let offset = 0;
    if (held > 0) {
      offset = Math.min(STRIPE_LENGTH - held, bytes.length);
      this.#rest.set(bytes.subarray(0, offset), held);
      if (held + offset < STRIPE_LENGTH) return;
      this.#addStripes(this.#rest, 0, STRIPE_LENGTH);
    }
    const end = offset + Math.floor((bytes.length - offset) / STRIPE_LENGTH) * STRIPE_LENGTH;
    this.#addStripes(bytes, offset, end);
    this.#rest.set(bytes.subarray(end));
  }

  /** The hash of all bytes so far. */
  digest(): bigint {
    const lanes = Array.from({ length: LANES }, (_, lane) => {
      return (BigInt(this.#lanes[2 * lane] >>> 0) << 32n) | BigInt(this.#lanes[2 * lane + 1] >>> 0);
    });
    let hash = PRIME_5;
    if (this.#length >= STRIPE_LENGTH) {
      hash = lanes.reduce((sum, lane, index) => sum + rotate(lane, [1n, 7n, 12n, 18n][index]), 0n);
      for (const lane of lanes) hash = (hash ^ mixed(lane)) * PRIME_1 + PRIME_4;
    }
    hash = BigInt.asUintN(64, hash + BigInt(this.#length));
    const rest = this.#rest.subarray(0, this.#length % STRIPE_LENGTH);
    const view = new DataView(rest.buffer, rest.byteOffset, rest.length);
    let offset = 0;
    for (; rest.length - offset >= 8; offset += 8) {
      hash = rotate(hash ^ mixed(view.getBigUint64(offset, true)), 27n) * PRIME_1 + PRIME_4;
    }
    if (rest.length - offset >= 4) {
      hash = rotate(hash ^ (BigInt(view.getUint32(offset, true)) * PRIME_1), 23n) * PRIME_2 + PRIME_3;
      offset += 4;
    }
    for (; offset < rest.length; offset++) {
      hash = rotate(hash ^ (BigInt(rest[offset]) * PRIME_5), 11n) * PRIME_1;
    }
    hash = BigInt.asUintN(64, hash);
    hash = BigInt.asUintN(64, (hash ^ (hash >> 33n)) * PRIME_2);
    hash = BigInt.asUintN(64, (hash ^ (hash >> 29n)) * PRIME_3);
    return hash ^ (hash >> 32n);
  }

  /** For each lane: lane = rotate(lane + input * PRIME_2, 31) * PRIME_1. */
  #addStripes(bytes: Uint8Array, offset: number, end: number): void {
    const lanes = this.#lanes;
    for (let cursor = offset; cursor < end; cursor += 8) {
      const lane = ((cursor - offset) & (STRIPE_LENGTH - 1)) >>> 2;
      const inputLow = readUint32LittleEndian(bytes, cursor) | 0;
      const inputHigh = readUint32LittleEndian(bytes, cursor + 4) | 0;
      const productLow = Math.imul(inputLow, PRIME_2_LOW);
      const productHigh =
        (upperProduct(inputLow, PRIME_2_LOW) +
          Math.imul(inputLow, PRIME_2_HIGH) +
          Math.imul(inputHigh, PRIME_2_LOW)) |
        0;
      const sumLow = (lanes[lane + 1] + productLow) | 0;
      const carry = sumLow >>> 0 < productLow >>> 0 ? 1 : 0;
      const sumHigh = (lanes[lane] + productHigh + carry) | 0;
      const rotatedHigh = (sumHigh << 31) | (sumLow >>> 1);
      const rotatedLow = (sumLow << 31) | (sumHigh >>> 1);
      lanes[lane + 1] = Math.imul(rotatedLow, PRIME_1_LOW);
      lanes[lane] =
        upperProduct(rotatedLow, PRIME_1_LOW) +
        Math.imul(rotatedLow, PRIME_1_HIGH) +
        Math.imul(rotatedHigh, PRIME_1_LOW);
    }
  }
}

/** The upper 32 bits of the product of two unsigned numbers of 32 bits. */
function upperProduct(left: number, right: number): number {
  const leftHigh = left >>> 16;
  const leftLow = left & 0xffff;
  const rightHigh = right >>> 16;
  const rightLow = right & 0xffff;
  const cross = leftHigh * rightLow + ((leftLow * rightLow) >>> 16);
  const middle = leftLow * rightHigh + (cross & 0xffff);
  return (leftHigh * rightHigh + Math.floor(cross / 0x1_0000) + Math.floor(middle / 0x1_0000)) | 0;
}

function mixed(lane: bigint): bigint {
  return BigInt.asUintN(64, rotate(lane * PRIME_2, 31n) * PRIME_1);
}

/** Left, of the lower 64 bits. */
function rotate(value: bigint, count: bigint): bigint {
  const bits = BigInt.asUintN(64, value);
  return BigInt.asUintN(64, (bits << count) | (bits >> (64n - count)));
}
