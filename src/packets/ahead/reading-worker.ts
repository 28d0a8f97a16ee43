/**
 * The reading thread: reads captures, decompresses them, splits them into records and makes rows of fast-path packets
 * while the program counts earlier ones. Started by `reading-thread.ts`; reads one capture at a time.
 */
import { parentPort } from "node:worker_threads";
import { InputError } from "../../errors.ts";
import { openCapture } from "../files/open-capture.ts";
import { MAX_RECORD_LENGTH } from "../files/record-parser.ts";
import { BUFFER_LENGTH, type ReadRange } from "../files/record-reader.ts";
import { BUFFERS } from "../kernel/ahead-blocks.ts";
import { RowMaker } from "../kernel/row-maker.ts";
import { PacketBlock } from "../packet-block.ts";
import type { PacketSource } from "../packet-source.ts";
import { BlockQueue } from "./block-queue.ts";
import { type ReadingEnd, type ReadingOrder, type ReadingStart, serializeError } from "./messages.ts";
import { UpdateCollector } from "./source-updates.ts";

/** If less space remains after the last read, the next buffer is used. */
const MIN_SPACE = 1 << 18;

/**
 * Read buffers in rotation, all of the kernel's but the first. All blocks parsed from one must be released before it is
 * read into again.
 */
class Buffers {
  readonly #queue: BlockQueue;
  #current = 0;
  /** For each buffer: the number of blocks that must have been released. */
  readonly #blocks: number[] = new Array(1 + BUFFERS).fill(0);

  constructor(queue: BlockQueue) {
    this.#queue = queue;
  }

  readonly find = (end: number): ReadRange => {
    const space = (this.#current + 1) * BUFFER_LENGTH - end;
    if (space >= MIN_SPACE) return { at: end, length: space };
    this.#blocks[this.#current] = this.#queue.blocks;
    this.#current = 1 + (this.#current % BUFFERS);
    // Once stopped, overwriting is harmless.
    this.#queue.waitForReleased(this.#blocks[this.#current]);
    return {
      at: this.#current * BUFFER_LENGTH + MAX_RECORD_LENGTH,
      length: BUFFER_LENGTH - MAX_RECORD_LENGTH,
    };
  };
}

async function read({ name, path, module, memory, queue: words, port }: ReadingOrder): Promise<void> {
  const queue = new BlockQueue(words);
  const maker = new RowMaker(module, memory, (1 + BUFFERS) * BUFFER_LENGTH);
  const block = new PacketBlock({ columns: maker.columns[queue.blockNumber], buffer: maker.buffer });
  let source: PacketSource;
  try {
    source = await openCapture(name, { path, block, findReadRange: new Buffers(queue).find });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    answer({ kind: "failed", error: serializeError(error) });
    return;
  }
  answer({ kind: "opened", format: source.format, totalBytes: source.totalBytes });
  const collector = new UpdateCollector(block);
  const sendUpdate = () => {
    const update = collector.collect();
    if (update !== null) port.postMessage(update);
    return collector.count;
  };
  for await (const { count } of source.blocks()) {
    if (count === 0) continue;
    maker.makeRows(block, queue.blockNumber);
    queue.write(block, { bytesRead: source.bytesRead, updates: sendUpdate() });
    if (!queue.waitForFreeBlock()) break;
    block.adopt(maker.columns[queue.blockNumber]);
  }
  sendUpdate();
  const { error, bytesRead } = source;
  const end: ReadingEnd = { error: error && serializeError(error), bytesRead };
  port.postMessage(end);
  queue.end();
  port.close();
}

function answer(start: ReadingStart): void {
  parentPort?.postMessage(start);
}

/** Reads run in sequence: a stopped one may not have noticed yet. */
let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (order: ReadingOrder) => {
  last = last.then(() => read(order));
});
