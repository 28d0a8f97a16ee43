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
const RELEASED = 1;
const END = 2;
const STOPPED = 3;
const WORDS = 4;

/** Figures of each buffer. */
const COUNT = 0;
const RUNS = 1;
const BYTES_READ = 2;
const UPDATES = 3;
const IMPOSSIBLE_TIMES = 4;
const IMPLAUSIBLE_LENGTHS = 5;
const PROCESSES_FORGOTTEN = 6;
const HOST_METADATA = 7;
const FIGURES = 8;
const HAS_MARKS = 1;
const HAS_DROPS = 2;

const FIGURES_AT = WORDS * Int32Array.BYTES_PER_ELEMENT;
const LENGTH = FIGURES_AT + (1 + BLOCKS) * FIGURES * Float64Array.BYTES_PER_ELEMENT;

/** Figures that accompany a block. */
export interface BlockFigures {
  /** Bytes taken from the medium when it was parsed. */
  bytesRead: number;
  /** Number of updates that the source had sent by then. */
  updates: number;
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

  /** Number of the next block. */
  get blockNumber(): number {
    return 1 + (this.#blocks % BLOCKS);
  }

  /** Writer: waits until this many blocks have been released. False if the reader stopped. */
  waitForReleased(blocks: number): boolean {
    for (;;) {
      if (this.isStopped) return false;
      const released = Atomics.load(this.#words, RELEASED);
      if (released >= blocks) return true;
      Atomics.wait(this.#words, RELEASED, released);
    }
  }

  /** Writer: waits until a buffer is free for the next block. False if the reader stopped. */
  waitForFreeBlock(): boolean {
    return this.waitForReleased(this.#blocks + 1 - BLOCKS);
  }

  /** Writer: passes on block `blockNumber`. */
  write(block: PacketBlock, { bytesRead, updates }: BlockFigures): void {
    const at = this.blockNumber * FIGURES;
    const figures = this.#figures;
    figures[at + COUNT] = block.count;
    figures[at + RUNS] = block.runs;
    figures[at + BYTES_READ] = bytesRead;
    figures[at + UPDATES] = updates;
    figures[at + IMPOSSIBLE_TIMES] = block.impossibleTimes;
    figures[at + IMPLAUSIBLE_LENGTHS] = block.implausibleLengths;
    figures[at + PROCESSES_FORGOTTEN] = block.processesForgotten;
    figures[at + HOST_METADATA] = (block.told.marks ? HAS_MARKS : 0) | (block.told.drops ? HAS_DROPS : 0);
    this.#blocks++;
    Atomics.store(this.#words, WRITTEN, this.#blocks);
    Atomics.notify(this.#words, WRITTEN);
  }

  /** Writer: marks the end. */
  end(): void {
    Atomics.store(this.#words, END, this.#blocks + 1);
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
  get isFinished(): boolean {
    return Atomics.load(this.#words, END) === this.#blocks + 1;
  }

  /** Reader: takes the figures of block `blockNumber`, which must exist. */
  take(block: PacketBlock, figures: BlockFigures): void {
    const at = this.blockNumber * FIGURES;
    const from = this.#figures;
    block.count = from[at + COUNT];
    block.runs = from[at + RUNS];
    figures.bytesRead = from[at + BYTES_READ];
    figures.updates = from[at + UPDATES];
    block.impossibleTimes = from[at + IMPOSSIBLE_TIMES];
    block.implausibleLengths = from[at + IMPLAUSIBLE_LENGTHS];
    block.processesForgotten = from[at + PROCESSES_FORGOTTEN];
    block.told.marks = (from[at + HOST_METADATA] & HAS_MARKS) !== 0;
    block.told.drops = (from[at + HOST_METADATA] & HAS_DROPS) !== 0;
    this.#blocks++;
  }

  /** Reader: releases the block taken last. */
  release(): void {
    Atomics.store(this.#words, RELEASED, this.#blocks);
    Atomics.notify(this.#words, RELEASED);
  }

  /** Reader: stops the writer. */
  stop(): void {
    Atomics.store(this.#words, STOPPED, 1);
    // A waiting writer waits on this word.
    Atomics.add(this.#words, RELEASED, 1);
    Atomics.notify(this.#words, RELEASED);
  }
}
