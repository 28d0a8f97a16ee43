/** Selects the captures that a second thread reads while this one counts: those that it makes faster. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { ReadingThread } from "../packets/ahead/reading-thread.ts";
import { decompressorOf } from "../packets/files/compression.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { NamedCapture } from "./merge-captures.ts";
import type { Session } from "./session.ts";

/**
 * Only decompression takes long enough that a second thread gains more than it costs (bench/README.md has the
 * figures), and only for files longer than this.
 */
const LEAST_LENGTH = 1 << 24;

/** Minimum length once the thread runs: decompression then takes as long as a request to it. */
const LEAST_OF_SEVERAL = 1 << 18;

/** Enough to detect how a file is compressed. */
const FIRST_LENGTH = 4;

/** Length of a capture, if it is a compressed file; 0 for all others. */
function compressedLength({ name, path }: NamedCapture): number {
  if (name === "-") return 0;
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    // A file too small to be worth it need not be opened.
    if (!status?.isFile() || status.size < LEAST_OF_SEVERAL) return 0;
    return decompressorOf(firstBytes(path)) === null ? 0 : status.size;
  } catch {
    // Opening it for reading reports the error.
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

/** Opens captures of a session in a second thread, which is started for the first one that is worth it. */
export class ReadAhead {
  readonly #session: Session;
  readonly #signal: AbortSignal | null;
  readonly #totalBytes: number;
  /** Null if the system cannot start one, or there is only one processor. */
  #thread: ReadingThread | null | undefined = availableParallelism() > 1 ? undefined : null;

  /** @param totalBytes length of all captures together; null: unknown */
  constructor(session: Session, totalBytes: number | null, signal: AbortSignal | null) {
    this.#session = session;
    this.#totalBytes = totalBytes ?? 0;
    this.#signal = signal;
  }

  /**
   * Opens a capture whose blocks are in the kernel, but not in its `place`; null if this thread should read it. One at a
   * time. Throws `InputError` like `openCapture`.
   */
  async open(capture: NamedCapture): Promise<PacketSource | null> {
    if (this.#thread === null) return null;
    const length = compressedLength(capture);
    if (length === 0) return null;
    if (this.#thread === undefined) {
      if (Math.max(length, this.#totalBytes) < LEAST_LENGTH) return null;
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
