/** A second thread that reads captures while the first one counts. */
import { MessageChannel, Worker } from "node:worker_threads";
import type { FilePath } from "../files/byte-source.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { kernelModule } from "../kernel-module.ts";
import type { PacketSource } from "../packet-source.ts";
import { READING_WORKER } from "../reading-worker-file.ts";
import { AheadSource } from "./ahead-source.ts";
import { BlockQueue } from "./block-queue.ts";
import { deserializeError, type ReadingOrder, type ReadingStart } from "./messages.ts";

export class ReadingThread {
  readonly #worker: Worker;
  #failure: Error | null = null;
  #onStart: (start: ReadingStart | null) => void = () => {};

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("error", (error) => {
      this.#failure = error;
    });
    worker.on("exit", () => {
      this.#failure ??= new Error("the reading thread has ended");
      this.#onStart(null);
    });
    worker.on("message", (start: ReadingStart) => this.#onStart(start));
    worker.unref();
  }

  /** Returns null if the system cannot start a thread. */
  static start(): ReadingThread | null {
    try {
      // Options of this process, such as loaders, do not apply to a built file.
      return new ReadingThread(new Worker(READING_WORKER, { execArgv: [] }));
    } catch {
      return null;
    }
  }

  /**
   * Opens a capture, whose blocks are put in the kernel's memory. Null if the thread could not be started. Only one
   * capture at a time; the previous one must have been read or abandoned. Throws `InputError` like `openCapture`.
   */
  async open(
    name: string,
    path: FilePath,
    kernel: Kernel,
    signal: AbortSignal | null = null,
  ): Promise<PacketSource | null> {
    const queue = new BlockQueue();
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    const { memory } = kernel;
    const order: ReadingOrder = {
      name,
      path,
      module: kernelModule(),
      memory,
      queue: queue.memory,
      port: port2,
    };
    const start = await this.#request(order);
    if (start === null) return null;
    if (start.kind === "failed") throw deserializeError(start.error);
    const { format, totalBytes } = start;
    const failure = () => this.#failure;
    return new AheadSource({ name, format, totalBytes, kernel, queue, port: port1, signal, failure });
  }

  /** Returns the answer; null if the thread has ended instead. */
  async #request(order: ReadingOrder): Promise<ReadingStart | null> {
    if (this.#failure !== null) return null;
    const worker = this.#worker;
    const answer = new Promise<ReadingStart | null>((resolve) => {
      this.#onStart = resolve;
    });
    worker.postMessage(order, [order.port]);
    // Keeps the process alive until the answer arrives.
    worker.ref();
    const start = await answer;
    worker.unref();
    return start;
  }

  /** Ends the thread, whatever it is doing. */
  close(): void {
    void this.#worker.terminate();
  }
}
