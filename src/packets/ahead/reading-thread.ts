/** A second thread, which reads captures while the first one counts. */
import { MessageChannel, Worker } from "node:worker_threads";
import type { FilePath } from "../files/byte-source.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { kernelModule } from "../kernel-module.ts";
import type { PacketSource } from "../packet-source.ts";
import { READING_WORKER } from "../reading-worker-file.ts";
import { AheadSource } from "./ahead-source.ts";
import { BlockQueue } from "./block-queue.ts";
import { errorOfParts, type ReadingOrder, type ReadingStart } from "./messages.ts";

export class ReadingThread {
  readonly #worker: Worker;
  #failure: Error | null = null;
  #onAnswer: (start: ReadingStart | null) => void = () => {};

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("error", (error) => {
      this.#failure = error;
    });
    worker.on("exit", () => {
      this.#failure ??= new Error("the reading thread has ended");
      this.#onAnswer(null);
    });
    worker.on("message", (start: ReadingStart) => this.#onAnswer(start));
    worker.unref();
  }

  /** Null where the system starts none. */
  static start(): ReadingThread | null {
    try {
      // What the process was started with, loaders for instance, is not for a file that is built.
      return new ReadingThread(new Worker(READING_WORKER, { execArgv: [] }));
    } catch {
      return null;
    }
  }

  /**
   * Opens a capture, whose blocks come to stand in the kernel's memory. Null where the thread could not be started. One capture
   * at a time; the one before must have been read, or left. Throws `InputError` as `openCapture` does.
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
    const start = await this.#ask(order);
    if (start === null) return null;
    if (start.kind === "failed") throw errorOfParts(start.error);
    const { format, totalBytes } = start;
    const failure = () => this.#failure;
    return new AheadSource({ name, format, totalBytes, kernel, queue, port: port1, signal, failure });
  }

  /** The answer; null where the thread has ended instead. */
  async #ask(order: ReadingOrder): Promise<ReadingStart | null> {
    if (this.#failure !== null) return null;
    const worker = this.#worker;
    const answer = new Promise<ReadingStart | null>((resolve) => {
      this.#onAnswer = resolve;
    });
    worker.postMessage(order, [order.port]);
    // Nothing else may keep the process alive until then.
    worker.ref();
    const start = await answer;
    worker.unref();
    return start;
  }

  /** Ends the thread, whatever it does. */
  close(): void {
    void this.#worker.terminate();
  }
}
