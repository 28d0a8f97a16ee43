/** A second thread, which reads captures while the first one counts. */
import { fileURLToPath } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import type { FilePath } from "../files/byte-source.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { kernelModule } from "../kernel-module.ts";
import type { PacketSource } from "../packet-source.ts";
import { AheadSource } from "./ahead-source.ts";
import { BlockQueue } from "./block-queue.ts";
import { errorOfParts, type ReadingOrder, type ReadingStart } from "./messages.ts";

/** Built, every file lies two folders deep; from the sources it runs by the loader that tests and scripts run by. */
const IS_BUILT = !import.meta.url.endsWith(".ts");
const WORKER = new URL(IS_BUILT ? "../reading/reading-worker.cjs" : "./reading-worker.ts", import.meta.url);

export class ReadingThread {
  readonly #worker: Worker;
  #failure: Error | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("error", (error) => {
      this.#failure = error;
    });
    worker.on("exit", () => {
      this.#failure ??= new Error("the thread that reads has ended");
    });
    worker.unref();
  }

  /** Null where the system starts none. */
  static start(): ReadingThread | null {
    try {
      const execArgv = IS_BUILT ? process.execArgv : ["--import", "tsx"];
      return new ReadingThread(new Worker(fileURLToPath(WORKER), { execArgv }));
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
    const worker = this.#worker;
    if (this.#failure !== null) return null;
    worker.ref();
    try {
      return await new Promise((resolve) => {
        worker.once("message", resolve);
        worker.once("exit", () => resolve(null));
        worker.postMessage(order, [order.port]);
      });
    } finally {
      worker.unref();
      worker.removeAllListeners("message");
    }
  }

  /** Ends the thread, whatever it does. */
  close(): void {
    void this.#worker.terminate();
  }
}
