/** The coverage of a campaign so far: blocks, and their counts per call in powers of two. */
import { reached } from "./counters.ts";
import { blockCount, type CoverageMap } from "./coverage-map.ts";

/** The bit of a count: 1, 2, 3, 4-7, 8-15, 16-31, 32-127, and above. */
const BUCKETS = Uint8Array.from({ length: 256 }, (_, count) => {
  const least = [1, 2, 3, 4, 8, 16, 32, 128];
  return count === 0 ? 0 : 1 << least.findLastIndex((one) => count >= one);
});

/** Collects the coverage of calls; there is one set of counters for all. */
export class ObservedCoverage {
  /** The bits of observed counts, by block; borrowed. */
  readonly marks: Uint8Array;
  readonly #words: Int32Array;
  readonly #bits: Uint8Array;

  /** @param counts false: only whether a block is reached counts, not how often */
  constructor(map: CoverageMap, counts: boolean) {
    this.#bits = counts ? BUCKETS : BUCKETS.map((bit) => Math.min(bit, 1));
    // Counters are checked four at a time.
    this.marks = new Uint8Array(Math.ceil(blockCount(map) / 4) * 4);
    this.#words = new Int32Array(reached.buffer, 0, this.marks.length / 4);
  }

  /** Before a call. */
  begin(): void {
    reached.fill(0, 0, this.marks.length);
  }

  /** Whether the call has reached a new block, or a new count of a known one. */
  isNew(): boolean {
    const { marks } = this;
    for (let index = 0; index < this.#words.length; index++) {
      if (this.#words[index] === 0) continue;
      for (let block = index * 4; block < index * 4 + 4; block++) {
        if ((this.#bits[reached[block]] & ~marks[block]) !== 0) return true;
      }
    }
    return false;
  }

  /** Adds the coverage of the call. */
  add(): void {
    for (let block = 0; block < this.marks.length; block++) this.marks[block] |= this.#bits[reached[block]];
  }

  /** Adds blocks that a call has reached, with unknown counts. */
  mark(blocks: readonly number[]): void {
    for (const block of blocks) this.marks[block] |= 1;
  }

  /** Returns the blocks that the call has reached, ascending. */
  blocks(): number[] {
    const blocks: number[] = [];
    for (let block = 0; block < this.marks.length; block++) if (reached[block] !== 0) blocks.push(block);
    return blocks;
  }
}
