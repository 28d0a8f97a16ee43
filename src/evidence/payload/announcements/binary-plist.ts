/**
 * Binary property lists (Apple's CFBinaryPList, format bplist00), limited to integers in dictionaries: objects, then the
 * offset of each, then a trailer with the widths of these numbers. Hostile input: depth and number of objects are bounded,
 * and nothing is read twice.
 *
 *   | "bplist00" | objects ... | offsets ... | 6 | offset size 1 | reference size 1 | objects 8 | top 8 | offsets at 8 |
 */
import type { MessageBytes } from "./announced-port.ts";

const MAGIC = "bplist00";
const TRAILER = 32;
const MAX_DEPTH = 6;
const MAX_VISITS = 1024;
const INTEGER = 1;
const ASCII = 5;
const ARRAY = 10;
const DICTIONARY = 13;
/** In place of a count: the count follows as an integer. */
const LONG_COUNT = 15;

/** One dictionary: the integer values by key. */
export type IntegersOf = ReadonlyMap<string, number>;

/** Returns the integers of every dictionary in a list, outer ones first; empty for invalid input. */
export function readPlistIntegers({ bytes, offset, end }: MessageBytes): IntegersOf[] {
  const available = bytes.subarray(offset, end);
  if (available.length < MAGIC.length + TRAILER) return [];
  for (let i = 0; i < MAGIC.length; i++) if (available[i] !== MAGIC.charCodeAt(i)) return [];
  return new PlistReader(available).read();
}

interface PlistObject {
  readonly kind: number;
  readonly count: number;
  /** Offset of its contents. */
  readonly at: number;
}

class PlistReader {
  readonly #bytes: Uint8Array;
  readonly #found: IntegersOf[] = [];
  readonly #offsetSize: number;
  readonly #referenceSize: number;
  readonly #objects: number;
  readonly #top: number;
  readonly #offsets: number;
  #visits = 0;

  constructor(bytes: Uint8Array) {
    const trailer = bytes.length - TRAILER;
    this.#bytes = bytes;
    this.#offsetSize = bytes[trailer + 6];
    this.#referenceSize = bytes[trailer + 7];
    this.#objects = this.#number(trailer + 8, 8);
    this.#top = this.#number(trailer + 16, 8);
    this.#offsets = this.#number(trailer + 24, 8);
  }

  read(): IntegersOf[] {
    this.#visit(this.#top, 0);
    return this.#found;
  }

  #visit(index: number, depth: number): void {
    if (depth > MAX_DEPTH || ++this.#visits > MAX_VISITS) return;
    const object = this.#object(index);
    if (object === null) return;
    const { kind, count, at } = object;
    const size = this.#referenceSize;
    if (kind === ARRAY) {
      for (let i = 0; i < count && this.#visits < MAX_VISITS; i++)
        this.#visit(this.#number(at + i * size, size), depth + 1);
    }
    if (kind !== DICTIONARY) return;
    const integers = new Map<string, number>();
    this.#found.push(integers);
    for (let i = 0; i < count && this.#visits < MAX_VISITS; i++) {
      const key = this.#object(this.#number(at + i * size, size));
      const reference = this.#number(at + (count + i) * size, size);
      const value = this.#object(reference);
      this.#visits++;
      if (value?.kind === INTEGER && key?.kind === ASCII) {
        integers.set(this.#text(key), this.#number(value.at, value.count));
      } else this.#visit(reference, depth + 1);
    }
  }

  /** Reads an object; for an integer, `count` is its number of bytes. null if there is none. */
  #object(index: number): PlistObject | null {
    if (!(index >= 0 && index < this.#objects)) return null;
    const at = this.#number(this.#offsets + index * this.#offsetSize, this.#offsetSize);
    if (!(at >= MAGIC.length && at < this.#bytes.length)) return null;
    const kind = this.#bytes[at] >> 4;
    const low = this.#bytes[at] & 0x0f;
    if (kind === INTEGER) return { kind, count: 1 << low, at: at + 1 };
    if (low !== LONG_COUNT) return { kind, count: low, at: at + 1 };
    const size = 1 << (this.#bytes[at + 1] & 0x0f);
    const count = this.#number(at + 2, size);
    return count >= 0 ? { kind, count, at: at + 2 + size } : null;
  }

  #text({ at, count }: PlistObject): string {
    const end = Math.min(at + count, this.#bytes.length);
    return String.fromCharCode(...this.#bytes.subarray(at, Math.min(end, at + 64)));
  }

  /** Reads a big-endian number; -1 if it is out of bounds, or too large to be useful. */
  #number(at: number, size: number): number {
    if (!(at >= 0 && size >= 1 && size <= 8 && at + size <= this.#bytes.length)) return -1;
    let number = 0;
    for (let i = 0; i < size; i++) number = number * 256 + this.#bytes[at + i];
    return Number.isSafeInteger(number) ? number : -1;
  }
}
