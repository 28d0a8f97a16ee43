/** A capture that another thread reads: yields its blocks in order, as if they were read here. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { InputError } from "../../errors.ts";
import { interruptedError } from "../files/record-reader.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type CaptureInterface, PacketBlock, type PacketColumns } from "../packet-block.ts";
import type { PacketSource } from "../packet-source.ts";
import type { BlockFigures, BlockQueue } from "./block-queue.ts";
import { deserializeError, type ReadingEnd, type SourceUpdate } from "./messages.ts";
import { applyUpdate, countAtInterfaces } from "./source-updates.ts";

/** Maximum wait for a block before timers and signals run. */
const WAIT_MS = 10;
/** Bytes after which timers and signals run if no wait is needed. */
const BYTES_PER_TURN = 1 << 24;

/** The thread's data on the capture, and the channels to it. */
export interface AheadParts {
  readonly name: string;
  readonly format: "pcap" | "pcapng";
  readonly totalBytes: number | null;
  readonly kernel: Kernel;
  readonly queue: BlockQueue;
  readonly port: MessagePort;
  readonly signal: AbortSignal | null;
  /** The error that ended the thread, or null. */
  readonly failure: () => Error | null;
}

export class AheadSource implements PacketSource {
  readonly name: string;
  readonly format: "pcap" | "pcapng";
  readonly totalBytes: number | null;
  error: InputError | null = null;
  readonly #parts: AheadParts;
  readonly #block: PacketBlock;
  readonly #columns: readonly PacketColumns[];
  readonly #figures: BlockFigures = { bytesRead: 0, updates: 0 };
  #updatesApplied = 0;

  constructor(parts: AheadParts) {
    this.name = parts.name;
    this.format = parts.format;
    this.totalBytes = parts.totalBytes;
    this.#parts = parts;
    this.#columns = parts.kernel.columnsAhead();
    this.#block = new PacketBlock({ columns: this.#columns[0], buffer: parts.kernel.buffer });
    this.#block.bytes = parts.kernel.buffer;
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.#block.interfaces;
  }

  get bytesRead(): number {
    return this.#figures.bytesRead;
  }

  async *blocks(): AsyncGenerator<PacketBlock> {
    const { queue, signal } = this.#parts;
    const block = this.#block;
    let turnAt = 0;
    try {
      for (;;) {
        if (this.bytesRead >= turnAt || !queue.waitForBlock(WAIT_MS)) {
          turnAt = this.bytesRead + BYTES_PER_TURN;
          await nextTurn();
          if (signal?.aborted) {
            this.error = interruptedError(this);
            return;
          }
          const failure = this.#parts.failure();
          if (failure !== null) throw failure;
          continue;
        }
        if (queue.isFinished) {
          this.#end();
          return;
        }
        block.place = queue.blockNumber;
        queue.take(block, this.#figures);
        block.adopt(this.#columns[block.place]);
        while (this.#updatesApplied < this.#figures.updates)
          this.#applyUpdate(this.#receive() as SourceUpdate);
        countAtInterfaces(block);
        yield block;
        queue.release();
      }
    } finally {
      queue.stop();
    }
  }

  #applyUpdate(update: SourceUpdate): void {
    applyUpdate(update, this.#block);
    this.#updatesApplied++;
  }

  /** Applies what was sent after the last block. */
  #end(): void {
    for (;;) {
      const message = this.#receive() as SourceUpdate | ReadingEnd;
      if ("error" in message) {
        this.#figures.bytesRead = message.bytesRead;
        this.error = message.error && deserializeError(message.error);
        return;
      }
      this.#applyUpdate(message);
    }
  }

  /** Returns the next message, which was sent before the block that refers to it. */
  #receive(): unknown {
    return receiveMessageOnPort(this.#parts.port)?.message;
  }
}
