/**
 * Blocks on their way from the thread that reads ahead to the one that counts: how many are there, and what each has beside
 * its columns. Both threads have a queue over the same memory. A block stays in its place until it is given back.
 */

import { PLACES } from "../kernel/ahead-places.ts";
import type { PacketBlock } from "../packet-block.ts";

/** Words: blocks written, with one more at the end; blocks given back; at the end, that number; whether no more are wanted. */
const WRITTEN = 0;
const GIVEN_BACK = 1;
const OVER = 2;
const STOPPED = 3;
const WORDS = 4;

/** Figures of each place. */
const COUNT = 0;
const RUNS = 1;
const BYTES_READ = 2;
const NEWS = 3;
const IMPOSSIBLE_TIMES = 4;
const IMPLAUSIBLE_LENGTHS = 5;
const PROCESSES_FORGOTTEN = 6;
const TOLD = 7;
const FIGURES = 8;
const TOLD_MARKS = 1;
const TOLD_DROPS = 2;

const FIGURES_AT = WORDS * Int32Array.BYTES_PER_ELEMENT;
const LENGTH = FIGURES_AT + (1 + PLACES) * FIGURES * Float64Array.BYTES_PER_ELEMENT;

/** What comes with a block. */
export interface BlockFigures {
  /** Bytes taken from the medium when it was cut. */
  bytesRead: number;
  /** How often the source had said something of itself by then. */
  news: number;
}

export class BlockQueue {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #figures: Float64Array;
  /** Blocks that this thread has written, or taken. */
  #blocks = 0;

  constructor(memory = new SharedArrayBuffer(LENGTH)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, WORDS);
    this.#figures = new Float64Array(memory, FIGURES_AT);
  }

  /** Blocks written or taken so far. */
  get blocks(): number {
    return this.#blocks;
  }

  /** The place of the next block. */
  get place(): number {
    return 1 + (this.#blocks % PLACES);
  }

  /** For who writes: waits until so many blocks were given back. False when no more are wanted. */
  waitForReturn(blocks: number): boolean {
    for (;;) {
      if (this.isStopped) return false;
      const given = Atomics.load(this.#words, GIVEN_BACK);
      if (given >= blocks) return true;
      Atomics.wait(this.#words, GIVEN_BACK, given);
    }
  }

  /** For who writes: waits until the next block has a place. False when no more are wanted. */
  waitForPlace(): boolean {
    return this.waitForReturn(this.#blocks + 1 - PLACES);
  }

  /** For who writes: hands over the block that stands in `place`. */
  write(block: PacketBlock, { bytesRead, news }: BlockFigures): void {
    const at = this.place * FIGURES;
    const figures = this.#figures;
    figures[at + COUNT] = block.count;
    figures[at + RUNS] = block.runs;
    figures[at + BYTES_READ] = bytesRead;
    figures[at + NEWS] = news;
    figures[at + IMPOSSIBLE_TIMES] = block.impossibleTimes;
    figures[at + IMPLAUSIBLE_LENGTHS] = block.implausibleLengths;
    figures[at + PROCESSES_FORGOTTEN] = block.processesForgotten;
    figures[at + TOLD] = (block.told.marks ? TOLD_MARKS : 0) | (block.told.drops ? TOLD_DROPS : 0);
    this.#blocks++;
    Atomics.store(this.#words, WRITTEN, this.#blocks);
    Atomics.notify(this.#words, WRITTEN);
  }

  /** For who writes: nothing follows. */
  end(): void {
    Atomics.store(this.#words, OVER, this.#blocks + 1);
    // Who waits, waits at this word.
    Atomics.store(this.#words, WRITTEN, this.#blocks + 1);
    Atomics.notify(this.#words, WRITTEN);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#words, STOPPED) === 1;
  }

  /** For who takes: waits until there is a block or nothing follows, so many milliseconds at most. False: neither. */
  waitForBlock(timeout: number): boolean {
    if (Atomics.load(this.#words, WRITTEN) === this.#blocks) {
      Atomics.wait(this.#words, WRITTEN, this.#blocks, timeout);
    }
    return Atomics.load(this.#words, WRITTEN) > this.#blocks;
  }

  /** For who takes: whether all blocks were taken. */
  get isOver(): boolean {
    return Atomics.load(this.#words, OVER) === this.#blocks + 1;
  }

  /** For who takes: what comes with the block in `place`, which there must be. */
  take(block: PacketBlock, figures: BlockFigures): void {
    const at = this.place * FIGURES;
    const from = this.#figures;
    block.count = from[at + COUNT];
    block.runs = from[at + RUNS];
    figures.bytesRead = from[at + BYTES_READ];
    figures.news = from[at + NEWS];
    block.impossibleTimes = from[at + IMPOSSIBLE_TIMES];
    block.implausibleLengths = from[at + IMPLAUSIBLE_LENGTHS];
    block.processesForgotten = from[at + PROCESSES_FORGOTTEN];
    block.told.marks = (from[at + TOLD] & TOLD_MARKS) !== 0;
    block.told.drops = (from[at + TOLD] & TOLD_DROPS) !== 0;
    this.#blocks++;
  }

  /** For who takes: gives back the block that was taken last. */
  giveBack(): void {
    Atomics.store(this.#words, GIVEN_BACK, this.#blocks);
    Atomics.notify(this.#words, GIVEN_BACK);
  }

  /** For who takes: no more blocks are wanted. */
  stop(): void {
    Atomics.store(this.#words, STOPPED, 1);
    // Who waits, waits at this word.
    Atomics.add(this.#words, GIVEN_BACK, 1);
    Atomics.notify(this.#words, GIVEN_BACK);
  }
}
