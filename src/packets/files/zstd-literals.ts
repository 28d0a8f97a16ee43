/**
 * The literals of a compressed Zstandard block (RFC 8878, section 3.1.1.3.1):
 *
 *   | type (2 bits), size format (2), regenerated size (5 to 20), compressed size (0 to 18) | tree | streams |
 */
import { decodeHuffman, type HuffmanTable, readHuffmanTable } from "./zstd-huffman.ts";
import { MAX_BLOCK_LENGTH } from "./zstd-window.ts";

const RAW = 0;
const REPEATED_BYTE = 1;
const COMPRESSED = 2;
/** The sizes of the first three of four streams, 2 bytes each. */
const JUMP_TABLE_LENGTH = 6;

/** The literals of one block at a time, and the tree that the next block may reuse. */
export class ZstdLiterals {
  /** Location of the literals: the block itself (borrowed), or a buffer of this object. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  #tree: HuffmanTable | null = null;
  readonly #buffer = new Uint8Array(MAX_BLOCK_LENGTH);

  beginFrame(): void {
    this.#tree = null;
  }

  /** Reads the section at `block[offset]` (borrowed). Returns its end; throws if it is damaged. */
  read(block: Uint8Array, offset: number): number {
    const first = block[offset];
    const type = first & 3;
    const format = (first >> 2) & 3;
    const isCoded = type >= COMPRESSED;
    const headerLength = isCoded ? [3, 3, 4, 5][format] : [1, 2, 1, 3][format];
    const body = offset + headerLength;
    if (body > block.length) throw new Error("literals end early");
    // Of up to 40 bits the lowest 4 are type and format; the remaining 36 exceed the range of a shift.
    let field = 0;
    for (let index = headerLength - 1; index >= 0; index--) field = field * 256 + block[offset + index];
    const sizeBits = isCoded ? [10, 10, 14, 18][format] : 20;
    const sizes = Math.floor(field / (isCoded || (format & 1) !== 0 ? 16 : 8));
    const size = sizes % 2 ** sizeBits;
    if (size > MAX_BLOCK_LENGTH) throw new Error(`${size} bytes of literals, more than a block may become`);
    if (isCoded) return this.#readCoded(block, body, type, format, size, Math.floor(sizes / 2 ** sizeBits));
    if (type === RAW) {
      this.bytes = block;
      this.start = body;
      this.end = body + size;
      if (this.end > block.length) throw new Error("literals run past the end of their block");
      return this.end;
    }
    if (type !== REPEATED_BYTE || body >= block.length) throw new Error("literals end early");
    this.#buffer.fill(block[body], 0, size);
    this.#useBuffer(size);
    return body + 1;
  }

  #readCoded(
    block: Uint8Array,
    offset: number,
    type: number,
    format: number,
    size: number,
    length: number,
  ): number {
    const end = offset + length;
    if (end > block.length) throw new Error("literals run past the end of their block");
    const coded = block.subarray(0, end);
    let start = offset;
    if (type === COMPRESSED) {
      const read = readHuffmanTable(coded, offset);
      this.#tree = read.table;
      start = read.end;
    }
    const tree = this.#tree;
    if (tree === null) throw new Error("literals use the Huffman tree of the previous block, which has none");
    if (format === 0) {
      decodeHuffman(tree, coded, start, end, this.#buffer, 0, size);
    } else {
      this.#decodeFour(tree, coded, start, size);
    }
    this.#useBuffer(size);
    return end;
  }

  #decodeFour(tree: HuffmanTable, coded: Uint8Array, start: number, size: number): void {
    const part = (size + 3) >> 2;
    let from = start + JUMP_TABLE_LENGTH;
    if (from > coded.length || part * 3 > size) throw new Error("literals end early");
    for (let stream = 0; stream < 4; stream++) {
      const jump = start + stream * 2;
      const to = stream < 3 ? from + (coded[jump] | (coded[jump + 1] << 8)) : coded.length;
      if (to > coded.length) throw new Error("a stream of literals runs past their end");
      const count = stream < 3 ? part : size - part * 3;
      decodeHuffman(tree, coded, from, to, this.#buffer, part * stream, count);
      from = to;
    }
  }

  #useBuffer(size: number): void {
    this.bytes = this.#buffer;
    this.start = 0;
    this.end = size;
  }
}
