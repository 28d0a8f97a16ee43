/** The standard output of a capture program as a byte source: read as fast as it arrives, up to a limit. */
import type { Readable } from "node:stream";
import type { ByteSource } from "../files/byte-source.ts";

/** Maximum bytes buffered for the reader; beyond them the program has to wait, and the kernel's buffer fills up. */
const MAX_WAITING_BYTES = 4 << 20;
/** Read chunks are released when there are this many. */
const MAX_READ_CHUNKS = 1024;
/** Maximum of one read of a pipe (libuv's suggestion). A shorter one has emptied it. */
const FULL_READ_LENGTH = 1 << 16;

/** Bytes of a running program. */
export class ProcessOutput implements ByteSource {
  readonly name: string;
  readonly totalBytes = null;
  bytesRead = 0;
  /** Resolves with the first bytes. */
  readonly started: Promise<"started">;
  readonly #stream: Readable;
  readonly #close: () => Promise<void>;
  #waiting: Buffer[] = [];
  /** Index in `#waiting` of the first chunk that was not completely read. */
  #first = 0;
  #waitingBytes = 0;
  #hasEnded = false;
  #wake: (() => void) | null = null;
  #chunks = 0;
  #onDrained: (() => void) | null = null;

  /** @param close Ends the program; called if the reader stops before the end. */
  constructor(name: string, stream: Readable, close: () => Promise<void>) {
    this.name = name;
    this.#stream = stream;
    this.#close = close;
    this.started = new Promise((resolve) => {
      stream.once("data", () => resolve("started"));
    });
    stream.on("data", (chunk: Buffer) => this.#add(chunk));
    // A broken pipe is an end like any other: the program's last messages explain it.
    for (const end of ["end", "error", "close"]) stream.on(end, () => this.#end());
    // What has ended says so no more.
    if (stream.readableEnded || stream.destroyed) this.#end();
  }

  /**
   * Calls `action` (once) at a moment when the program cannot be blocked in a write: a signal that interrupts a write
   * to a full pipe makes tcpdump before 4.99.2 lose bytes, and with them all later records
   * (github.com/the-tcpdump-group/tcpdump/issues/997).
   */
  whenDrained(action: () => void): void {
    const isScheduled = this.#onDrained !== null;
    this.#onDrained = action;
    if (!isScheduled) this.#checkIdle();
  }

  /** Whether the pipe is paused because the reader is behind. */
  get isPaused(): boolean {
    return this.#stream.isPaused();
  }

  async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    while (this.#first === this.#waiting.length) {
      if (this.#hasEnded) return 0;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    let filled = 0;
    while (filled < length && this.#first < this.#waiting.length) {
      const chunk = this.#waiting[this.#first];
      const count = Math.min(chunk.length, length - filled);
      into.set(count === chunk.length ? chunk : chunk.subarray(0, count), offset + filled);
      if (count === chunk.length) this.#first++;
      else this.#waiting[this.#first] = chunk.subarray(count);
      filled += count;
    }
    // Batched, because removing the front of a long array moves all of it.
    if (this.#first === this.#waiting.length || this.#first >= MAX_READ_CHUNKS) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    this.#waitingBytes -= filled;
    this.bytesRead += filled;
    if (this.#waitingBytes < MAX_WAITING_BYTES && this.#stream.isPaused()) this.#stream.resume();
    return filled;
  }

  async close(): Promise<void> {
    if (!this.#hasEnded) await this.#close();
    this.#stream.destroy();
    this.#end();
  }

  #add(chunk: Buffer): void {
    this.#chunks++;
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= MAX_WAITING_BYTES) this.#stream.pause();
    else if (chunk.length < FULL_READ_LENGTH) this.#runOnDrained();
    this.#wakeReader();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#onDrained = null;
    this.#wakeReader();
  }

  #wakeReader(): void {
    this.#wake?.();
    this.#wake = null;
  }

  #runOnDrained(): void {
    const action = this.#onDrained;
    this.#onDrained = null;
    action?.();
  }

  /** Also detects an idle pipe: between two timer ticks the event loop has polled the pipe and got nothing. */
  #checkIdle(): void {
    const seen = this.#chunks;
    setTimeout(() => {
      setImmediate(() => {
        if (this.#chunks === seen && !this.#stream.isPaused()) this.#runOnDrained();
        else if (this.#onDrained !== null) this.#checkIdle();
      });
    }, 1);
  }
}
