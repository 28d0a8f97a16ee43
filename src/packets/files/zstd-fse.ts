/**
 * Finite State Entropy, the entropy coding of Zstandard's sequences and Huffman weights (RFC 8878, section 4.1).
 *
 *   table:   | accuracy - 5 (4 bits) | probabilities, in fewer bits as less remains ... | padding to a byte |
 *   stream:  read backwards from its last set bit, which is a marker
 */

/** A decoding table: for each state its symbol, and how the next state is derived from the next bits. */
export interface FseTable {
  /** Bits of the initial state. */
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly baselines: Uint16Array;
}

/** A table read from the data, and its end. */
export interface ReadTable {
  readonly table: FseTable;
  readonly end: number;
}

/**
 * Reads the table at `bytes[offset]` (borrowed) of at most `maxLog` bits and symbols up to `maxSymbol`. Throws if it is
 * damaged.
 */
export function readFseTable(
  bytes: Uint8Array,
  offset: number,
  maxLog: number,
  maxSymbol: number,
): ReadTable {
  const log = (bytes[offset] & 0xf) + 5;
  if (log > maxLog) throw new Error(`an entropy table of ${log} bits, at most ${maxLog} are allowed`);
  const counts = new Int16Array(maxSymbol + 1);
  let bit = offset * 8 + 4;
  let symbol = 0;
  for (let left = 1 << log; left > 0; ) {
    if (symbol > maxSymbol) throw new Error(`an entropy table of more than ${maxSymbol + 1} symbols`);
    const width = highestBit(left + 1) + 1;
    const low = (1 << (width - 1)) - 1;
    const threshold = (1 << width) - 2 - left;
    let value = bitsAt(bytes, bit, width);
    bit += width;
    if ((value & low) < threshold) {
      value &= low;
      bit--;
    } else if (value > low) {
      value -= threshold;
    }
    const count = value - 1;
    counts[symbol++] = count;
    left -= Math.abs(count);
    if (count !== 0) continue;
    for (let repeat = 3; repeat === 3; bit += 2) {
      repeat = bitsAt(bytes, bit, 2);
      symbol += repeat;
      if (bit >> 3 > bytes.length) break;
    }
  }
  const end = (bit + 7) >> 3;
  if (end > bytes.length) throw new Error("an entropy table runs past the end of its block");
  return { table: buildFseTable(counts, log), end };
}

/** Builds the table for `counts`: the frequency of each symbol out of 2^`log`, -1 for "less than once". */
export function buildFseTable(counts: Int16Array, log: number): FseTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (counts[symbol] === -1) symbols[--high] = symbol;
    next[symbol] = Math.abs(counts[symbol]);
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let position = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    for (let index = 0; index < counts[symbol]; index++) {
      symbols[position] = symbol;
      do position = (position + step) & (size - 1);
      while (position >= high);
    }
  }
  if (position !== 0) throw new Error("an entropy table whose probabilities do not add up");
  const bits = new Uint8Array(size);
  const baselines = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const following = next[symbols[state]]++;
    bits[state] = log - highestBit(following);
    baselines[state] = (following << bits[state]) - size;
  }
  return { log, symbols, bits, baselines };
}

/** Builds a table of one symbol, which takes no bits. */
export function singleSymbolTable(symbol: number): FseTable {
  return {
    log: 0,
    symbols: Uint8Array.of(symbol),
    bits: new Uint8Array(1),
    baselines: new Uint16Array(1),
  };
}

/** A bit stream in `bytes[start .. end - 1]` (borrowed) that is read backwards. Bits before it are 0. */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  readonly #first: number;
  /** End of the unread part of the stream, in bits. */
  #bit: number;

  /** Throws if the last byte has no set bit. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#first = start * 8;
    this.#bit = this.#first + streamLength(bytes, start, end);
  }

  /** At most 17 bits. */
  read(count: number): number {
    this.#bit -= count;
    const missing = this.#first - this.#bit;
    if (missing > 0) return missing < count ? this.#readLast(count - missing) << missing : 0;
    const byte = this.#bit >> 3;
    const loaded = this.#bytes[byte] | (this.#bytes[byte + 1] << 8) | (this.#bytes[byte + 2] << 16);
    return (loaded >>> (this.#bit & 7)) & ((1 << count) - 1);
  }

  #readLast(count: number): number {
    const byte = this.#first >> 3;
    return (
      (this.#bytes[byte] | (this.#bytes[byte + 1] << 8) | (this.#bytes[byte + 2] << 16)) & ((1 << count) - 1)
    );
  }

  /** Unread bits; negative if more were read than exist. */
  get left(): number {
    return this.#bit - this.#first;
  }
}

/** Returns the number of bits before the last set one in `bytes[start .. end - 1]` (borrowed). */
export function streamLength(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start || bytes[end - 1] === 0) throw new Error("a stream of bits that has no end");
  return (end - start - 1) * 8 + highestBit(bytes[end - 1]);
}

/** Returns up to 16 bits from bit `bit` of `bytes` (borrowed) on; those beyond its end are 0. */
function bitsAt(bytes: Uint8Array, bit: number, count: number): number {
  const at = bit >> 3;
  const value = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
  return (value >>> (bit & 7)) & ((1 << count) - 1);
}

export function highestBit(value: number): number {
  return 31 - Math.clz32(value);
}
