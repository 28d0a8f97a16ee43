/** Which captures a second thread reads while this one counts: those that it makes faster. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { ReadingThread } from "../packets/ahead/reading-thread.ts";
import { decompressorOf } from "../packets/files/compression.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { NamedCapture } from "./merge-captures.ts";
import type { Session } from "./session.ts";

/**
 * Shorter captures are read sooner than the time is won that a thread takes to start, some 35 ms as bench/README.md reckons.
 * What has to be decompressed takes long for its length.
 */
const LEAST_LENGTH = 1 << 27;
const LEAST_COMPRESSED_LENGTH = 1 << 23;

/** Enough to know how a file is compressed. */
const FIRST_LENGTH = 4;

/** Once there is a thread, this takes as long as to ask for it. */
const LEAST_OF_SEVERAL = 1 << 22;

/** The length at which a capture is a file that is worth a second thread, in units of how long it is; 0 for no file. */
function weightOf({ name, path }: NamedCapture): number {
  if (name === "-") return 0;
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (!status?.isFile()) return 0;
    const isCompressed = status.size > 0 && decompressorOf(firstBytes(path)) !== null;
    return isCompressed ? status.size * (LEAST_LENGTH / LEAST_COMPRESSED_LENGTH) : status.size;
  } catch {
    // Who opens it is told why it cannot be read.
    return 0;
  }
}

function firstBytes(path: NamedCapture["path"]): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const first = new Uint8Array(FIRST_LENGTH);
    return first.subarray(0, readSync(descriptor, first));
  } finally {
    closeSync(descriptor);
  }
}

/** Opens captures of a session by a second thread, which is started when the first one is worth it. */
export class ReadAhead {
  readonly #session: Session;
  readonly #signal: AbortSignal | null;
  readonly #totalBytes: number;
  /** Null where the system starts none, or one processor has to do both. */
  #thread: ReadingThread | null | undefined = availableParallelism() > 1 ? undefined : null;

  /** @param totalBytes how long all captures are together; null: nobody knows */
  constructor(session: Session, totalBytes: number | null, signal: AbortSignal | null) {
    this.#session = session;
    this.#totalBytes = totalBytes ?? 0;
    this.#signal = signal;
  }

  /**
   * A capture, whose blocks stand in the kernel, but not in its `place`; null where it is to be read by this thread. One at a
   * time. Throws `InputError` as `openCapture`.
   */
  async open(capture: NamedCapture): Promise<PacketSource | null> {
    if (this.#thread === null) return null;
    const weight = weightOf(capture);
    if (weight < LEAST_OF_SEVERAL) return null;
    if (this.#thread === undefined) {
      if (Math.max(weight, this.#totalBytes) < LEAST_LENGTH) return null;
      this.#thread = ReadingThread.start();
      if (this.#thread === null) return null;
    }
    return await this.#thread.open(capture.name, capture.path, this.#session.kernel, this.#signal);
  }

  /** Ends the thread. */
  close(): void {
    this.#thread?.close();
  }
}
