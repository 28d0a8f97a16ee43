/**
 * The sequences of a compressed Zstandard block (RFC 8878, section 3.1.1.3.2): how many literals to copy, then the
 * distance and length of a match to copy.
 *
 *   | number of sequences (1-3 bytes) | modes: literal lengths, offsets, match lengths (2 bits each) | tables | stream |
 */
import { BackwardBits, buildFseTable, type FseTable, readFseTable, singleSymbolTable } from "./zstd-fse.ts";
import type { ZstdLiterals } from "./zstd-literals.ts";
import { MAX_BLOCK_LENGTH, type ZstdWindow } from "./zstd-window.ts";

/** One of the three kinds of codes: section 3.1.1.3.2.1, and 3.1.1.3.2.2 for the default tables. */
interface CodeKind {
  readonly maxLog: number;
  readonly maxCode: number;
  readonly predefined: FseTable;
}

const LITERAL_LENGTHS = codeKind(9, 6, 35, [
  4,
  3,
  ...Array(11).fill(2),
  1,
  1,
  1,
  ...Array(9).fill(2),
  3,
  2,
  1,
  1,
  1,
  1,
  1,
  -1,
  -1,
  -1,
  -1,
]);
const MATCH_LENGTHS = codeKind(9, 6, 52, [
  1,
  4,
  3,
  2,
  2,
  2,
  2,
  2,
  2,
  ...Array(37).fill(1),
  ...Array(7).fill(-1),
]);
const OFFSETS = codeKind(8, 5, 31, [1, 1, 1, 1, 1, 1, 2, 2, 2, ...Array(15).fill(1), -1, -1, -1, -1, -1]);

/** Extra bits after a literal length code, and the base value of the code. */
const LITERAL_BITS = Uint8Array.of(
  ...Array(16).fill(0),
  1,
  1,
  1,
  1,
  2,
  2,
  3,
  3,
  4,
  6,
  7,
  8,
  9,
  10,
  11,
  12,
  13,
  14,
  15,
  16,
);
const LITERAL_BASELINES = baselinesOf(LITERAL_BITS, 0);
const MATCH_BITS = Uint8Array.of(
  ...Array(32).fill(0),
  1,
  1,
  1,
  1,
  2,
  2,
  3,
  3,
  4,
  4,
  5,
  7,
  8,
  9,
  10,
  11,
  12,
  13,
  14,
  15,
  16,
);
const MATCH_BASELINES = baselinesOf(MATCH_BITS, 3);

const PREDEFINED = 0;
const SINGLE_SYMBOL = 1;
const OWN_TABLE = 2;
/** Below this length bytes are copied one by one: a call costs more. */
const LONG_COPY = 32;

function codeKind(maxLog: number, predefinedLog: number, maxCode: number, counts: number[]): CodeKind {
  return { maxLog, maxCode, predefined: buildFseTable(Int16Array.from(counts), predefinedLog) };
}

function baselinesOf(bits: Uint8Array, first: number): Uint32Array {
  const baselines = new Uint32Array(bits.length);
  for (let code = 0, next = first; code < bits.length; next += 1 << bits[code++]) baselines[code] = next;
  return baselines;
}

/** State that the sequences of one block pass on to the next: tables, and the last three offsets. */
export class ZstdSequences {
  #literalTable: FseTable | null = null;
  #offsetTable: FseTable | null = null;
  #matchTable: FseTable | null = null;
  /** Set by `#tableAt`: end of the table that it read. */
  #cursor = 0;
  readonly #recent = new Uint32Array(3);

  beginFrame(): void {
    this.#literalTable = null;
    this.#offsetTable = null;
    this.#matchTable = null;
    this.#recent.set([1, 4, 8]);
  }

  /**
   * Executes the sequences at `block[offset]` (borrowed), which fill the rest of the block, into `window`, which has
   * space. Throws if they are damaged; their output so far is then discarded.
   */
  execute(block: Uint8Array, offset: number, literals: ZstdLiterals, window: ZstdWindow): void {
    let count = block[offset];
    let cursor = offset + 1;
    if (count > 127) {
      const low = block[cursor++];
      count = count < 255 ? ((count - 128) << 8) + low : low + (block[cursor++] << 8) + 0x7f00;
    }
    // Also true for missing bytes (NaN).
    if (!(count >= 0)) throw new Error("the sequences end early");
    if (count > 0) {
      if (!(cursor < block.length) || (block[cursor] & 3) !== 0) throw new Error("the sequences end early");
      const modes = block[cursor];
      this.#cursor = cursor + 1;
      this.#literalTable = this.#tableAt(block, modes >> 6, LITERAL_LENGTHS, this.#literalTable);
      this.#offsetTable = this.#tableAt(block, (modes >> 4) & 3, OFFSETS, this.#offsetTable);
      this.#matchTable = this.#tableAt(block, (modes >> 2) & 3, MATCH_LENGTHS, this.#matchTable);
      this.#copySequences(
        count,
        block,
        this.#cursor,
        literals,
        window,
        this.#literalTable,
        this.#offsetTable,
        this.#matchTable,
      );
    } else if (cursor !== block.length) {
      throw new Error("bytes follow a block without sequences");
    } else {
      appendLiterals(literals, window, window.end);
    }
  }

  #tableAt(block: Uint8Array, mode: number, kind: CodeKind, previous: FseTable | null): FseTable {
    if (mode === PREDEFINED) return kind.predefined;
    if (mode === SINGLE_SYMBOL) {
      const code = block[this.#cursor++];
      if (!(code <= kind.maxCode))
        throw new Error(`a sequence code of ${code}, at most ${kind.maxCode} are known`);
      return singleSymbolTable(code);
    }
    if (mode === OWN_TABLE) {
      const { table, end } = readFseTable(block, this.#cursor, kind.maxLog, kind.maxCode);
      this.#cursor = end;
      return table;
    }
    if (previous === null) throw new Error("sequences use the table of the previous block, which has none");
    return previous;
  }

  #copySequences(
    count: number,
    block: Uint8Array,
    start: number,
    literals: ZstdLiterals,
    window: ZstdWindow,
    literalTable: FseTable,
    offsetTable: FseTable,
    matchTable: FseTable,
  ): void {
    const recent = this.#recent;
    const out = window.bytes;
    const begin = window.end;
    const { bytes: source, end: literalEnd } = literals;
    let literalAt = literals.start;
    let at = begin;
    const stream = new BackwardBits(block, start, block.length);
    let literalState = stream.read(literalTable.log);
    let offsetState = stream.read(offsetTable.log);
    let matchState = stream.read(matchTable.log);
    for (let left = count; ; ) {
      const offsetCode = offsetTable.symbols[offsetState];
      const matchCode = matchTable.symbols[matchState];
      const literalCode = literalTable.symbols[literalState];
      let value = 2 ** offsetCode;
      if (offsetCode > 16) value += stream.read(offsetCode - 16) * 65_536;
      const lowBits = offsetCode > 16 ? 16 : offsetCode;
      value += stream.read(lowBits);
      const matchLength = MATCH_BASELINES[matchCode] + stream.read(MATCH_BITS[matchCode]);
      const literalLength = LITERAL_BASELINES[literalCode] + stream.read(LITERAL_BITS[literalCode]);
      const offset =
        value > 3 ? pushOffset(recent, value - 3) : repeatOffset(recent, value - (literalLength > 0 ? 1 : 0));
      if (literalLength > literalEnd - literalAt)
        throw new Error("a sequence needs more literals than there are");
      const matchAt = at + literalLength;
      if (matchAt + matchLength - begin > MAX_BLOCK_LENGTH)
        throw new Error("a block becomes more than 128 KiB");
      if (offset > window.reach + matchAt - begin || offset > window.length || offset === 0) {
        throw new Error(`a match reaches ${offset} bytes back, beyond the start of the data`);
      }
      copy(source, literalAt, out, at, literalLength);
      literalAt += literalLength;
      copyMatch(out, matchAt - offset, matchAt, matchLength);
      at = matchAt + matchLength;
      if (--left === 0) break;
      literalState = literalTable.baselines[literalState] + stream.read(literalTable.bits[literalState]);
      matchState = matchTable.baselines[matchState] + stream.read(matchTable.bits[matchState]);
      offsetState = offsetTable.baselines[offsetState] + stream.read(offsetTable.bits[offsetState]);
      if (stream.left < 0) throw new Error("the sequences end early");
    }
    if (stream.left !== 0) throw new Error("the sequences do not end where they should");
    literals.start = literalAt;
    appendLiterals(literals, window, at);
  }
}

/** Copies the literals after the last sequence to `at`, and ends the block there. */
function appendLiterals(literals: ZstdLiterals, window: ZstdWindow, at: number): void {
  const count = literals.end - literals.start;
  const added = at + count - window.end;
  if (added > MAX_BLOCK_LENGTH) throw new Error("a block becomes more than 128 KiB");
  copy(literals.bytes, literals.start, window.bytes, at, count);
  window.added(added);
}

/** Adds a new offset before the last ones. */
function pushOffset(recent: Uint32Array, offset: number): number {
  recent[2] = recent[1];
  recent[1] = recent[0];
  recent[0] = offset;
  return offset;
}

/** Section 3.1.1.5: returns one of the last three offsets, or (3) one less than the last, and makes it the last one. */
function repeatOffset(recent: Uint32Array, index: number): number {
  if (index === 0) return recent[0];
  const offset = index === 3 ? recent[0] - 1 : recent[index];
  if (index > 1) recent[2] = recent[1];
  recent[1] = recent[0];
  recent[0] = offset;
  return offset;
}

function copy(from: Uint8Array, start: number, into: Uint8Array, offset: number, count: number): void {
  if (count > LONG_COPY) into.set(from.subarray(start, start + count), offset);
  else for (let index = 0; index < count; index++) into[offset + index] = from[start + index];
}

/** An overlapping copy repeats: a match may extend into its own output. */
function copyMatch(bytes: Uint8Array, from: number, to: number, count: number): void {
  if (count > LONG_COPY && from + count <= to) bytes.copyWithin(to, from, from + count);
  else for (let index = 0; index < count; index++) bytes[to + index] = bytes[from + index];
}
