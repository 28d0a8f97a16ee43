/** Huffman-coded literals of Zstandard (RFC 8878, section 4.2). */
import { BackwardBits, highestBit, readFseTable, streamLength } from "./zstd-fse.ts";

/** Maximum code length (section 4.2.1). */
const MAX_CODE_LENGTH = 11;
const MAX_WEIGHTS_LOG = 6;
const MAX_WEIGHT = 11;
const SYMBOLS = 256;
/** From here on, the first byte of a tree is the number of direct 4-bit weights plus 127. */
const DIRECT_WEIGHTS = 128;

/** A decoding table indexed by the next `log` bits: the symbol and, in the lowest four bits, the length of its code. */
export interface HuffmanTable {
  readonly log: number;
  readonly entries: Uint16Array;
}

/** Reads the tree at `bytes[offset]` (borrowed). Throws if it is damaged. */
export function readHuffmanTable(bytes: Uint8Array, offset: number): { table: HuffmanTable; end: number } {
  const weights = new Uint8Array(SYMBOLS);
  const first = bytes[offset];
  const isDirect = first >= DIRECT_WEIGHTS;
  const count = isDirect ? first - DIRECT_WEIGHTS + 1 : 0;
  const end = offset + 1 + (isDirect ? (count + 1) >> 1 : first);
  if (!(end <= bytes.length)) throw new Error("a Huffman tree runs past the end of its block");
  if (!isDirect) return { table: buildTable(weights, readWeights(bytes, offset + 1, end, weights)), end };
  for (let index = 0; index < count; index++) {
    const pair = bytes[offset + 1 + (index >> 1)];
    weights[index] = (index & 1) === 0 ? pair >> 4 : pair & 0xf;
  }
  return { table: buildTable(weights, count), end };
}

/** Reads weights coded by two alternating states of one table. Returns their number. */
function readWeights(bytes: Uint8Array, offset: number, end: number, weights: Uint8Array): number {
  const { table, end: start } = readFseTable(bytes.subarray(0, end), offset, MAX_WEIGHTS_LOG, MAX_WEIGHT);
  const stream = new BackwardBits(bytes, start, end);
  let state = stream.read(table.log);
  let other = stream.read(table.log);
  if (stream.left < 0) throw new Error("Huffman weights end early");
  let count = 0;
  while (count < SYMBOLS - 2) {
    weights[count++] = table.symbols[state];
    const next = table.baselines[state] + stream.read(table.bits[state]);
    if (stream.left < 0) {
      weights[count++] = table.symbols[other];
      return count;
    }
    state = other;
    other = next;
  }
  throw new Error(`more than ${SYMBOLS - 1} Huffman weights`);
}

/** The last weight is implicit: it is derived from the others. */
function buildTable(weights: Uint8Array, count: number): HuffmanTable {
  const entriesOf = new Uint16Array(MAX_CODE_LENGTH + 2);
  let sum = 0;
  for (let symbol = 0; symbol < count; symbol++) {
    if (weights[symbol] > MAX_WEIGHT) throw new Error(`a Huffman weight of ${weights[symbol]}`);
    if (weights[symbol] > 0) sum += 1 << (weights[symbol] - 1);
  }
  const log = highestBit(sum) + 1;
  const left = (1 << log) - sum;
  if (sum === 0 || log > MAX_CODE_LENGTH || (left & (left - 1)) !== 0) {
    throw new Error("a Huffman tree whose weights do not add up");
  }
  weights[count] = highestBit(left) + 1;
  for (let symbol = 0; symbol <= count; symbol++)
    entriesOf[weights[symbol] + 1] += (1 << weights[symbol]) >> 1;
  for (let weight = 2; weight < entriesOf.length; weight++) entriesOf[weight] += entriesOf[weight - 1];
  const entries = new Uint16Array(1 << log);
  for (let symbol = 0; symbol <= count; symbol++) {
    const weight = weights[symbol];
    if (weight === 0) continue;
    const start = entriesOf[weight];
    entriesOf[weight] += 1 << (weight - 1);
    entries.fill((symbol << 4) | (log + 1 - weight), start, entriesOf[weight]);
  }
  return { log, entries };
}

/** Decodes the stream in `bytes[start .. end - 1]` (borrowed) to exactly `into[offset .. offset + count - 1]`. */
export function decodeHuffman(
  { log, entries }: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  offset: number,
  count: number,
): void {
  const mask = (1 << log) - 1;
  const first = start * 8;
  let bit = first + streamLength(bytes, start, end) - log;
  let at = offset;
  const last = offset + count;
  for (; at < last && bit >= first; at++) {
    const byte = bit >> 3;
    const loaded = bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16);
    const entry = entries[(loaded >>> (bit & 7)) & mask];
    into[at] = entry >> 4;
    bit -= entry & 0xf;
  }
  // The last codes may be shorter than a lookup: bits before the stream are 0.
  const beginning = bytes[start] | (bytes[start + 1] << 8);
  for (; at < last && bit + log > first; at++) {
    const known = bit + log - first;
    const entry = entries[((beginning & ((1 << known) - 1)) << (log - known)) & mask];
    into[at] = entry >> 4;
    bit -= entry & 0xf;
  }
  if (at !== last || bit + log !== first) throw new Error("a Huffman stream does not end where it should");
}
