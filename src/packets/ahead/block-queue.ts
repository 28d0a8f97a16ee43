/**
 * Blocks on their way from the reading thread to the counting one: how many there are, and the figures of each beside
 * its columns. Both threads have a queue object over the same memory. A block stays in its buffer until it is released.
 */

import { BLOCKS } from "../kernel/ahead-blocks.ts";
import type { PacketBlock } from "../packet-block.ts";

/**
 * Words: blocks written, plus one at the end; blocks released; the final number, set at the end; whether the reader
 * stopped.
 */
const WRITTEN = 0;
const GIVEN_BACK = 1;
const OVER = 2;
const STOPPED = 3;
const WORDS = 4;

/** Figures of each buffer. */
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
const LENGTH = FIGURES_AT + (1 + BLOCKS) * FIGURES * Float64Array.BYTES_PER_ELEMENT;

/** Figures that accompany a block. */
export interface BlockFigures {
  /** Bytes taken from the medium when it was parsed. */
  bytesRead: number;
  /** Number of news messages that the source had sent by then. */
  news: number;
}

export class BlockQueue {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #figures: Float64Array;
  /** Blocks that this thread has written or taken. */
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

  /** Index of the next block's buffer. */
  get place(): number {
    return 1 + (this.#blocks % BLOCKS);
  }

  /** Writer: waits until this many blocks have been released. False if the reader stopped. */
  waitForReturn(blocks: number): boolean {
    for (;;) {
      if (this.isStopped) return false;
      const given = Atomics.load(this.#words, GIVEN_BACK);
      if (given >= blocks) return true;
      Atomics.wait(this.#words, GIVEN_BACK, given);
    }
  }

  /** Writer: waits until a buffer is free for the next block. False if the reader stopped. */
  waitForPlace(): boolean {
    return this.waitForReturn(this.#blocks + 1 - BLOCKS);
  }

  /** Writer: passes on the block in `place`. */
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

  /** Writer: marks the end. */
  end(): void {
    Atomics.store(this.#words, OVER, this.#blocks + 1);
    // A waiting reader waits on this word.
    Atomics.store(this.#words, WRITTEN, this.#blocks + 1);
    Atomics.notify(this.#words, WRITTEN);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#words, STOPPED) === 1;
  }

  /** Reader: waits up to `timeout` milliseconds for a block or the end. False if neither came. */
  waitForBlock(timeout: number): boolean {
    if (Atomics.load(this.#words, WRITTEN) === this.#blocks) {
      Atomics.wait(this.#words, WRITTEN, this.#blocks, timeout);
    }
    return Atomics.load(this.#words, WRITTEN) > this.#blocks;
  }

  /** Reader: whether all blocks were taken. */
  get isOver(): boolean {
    return Atomics.load(this.#words, OVER) === this.#blocks + 1;
  }

  /** Reader: takes the figures of the block in `place`, which must exist. */
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

  /** Reader: releases the block taken last. */
  giveBack(): void {
    Atomics.store(this.#words, GIVEN_BACK, this.#blocks);
    Atomics.notify(this.#words, GIVEN_BACK);
  }

  /** Reader: stops the writer. */
  stop(): void {
    Atomics.store(this.#words, STOPPED, 1);
    // A waiting writer waits on this word.
    Atomics.add(this.#words, GIVEN_BACK, 1);
    Atomics.notify(this.#words, GIVEN_BACK);
  }
}
