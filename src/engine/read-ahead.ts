/** Which captures a second thread reads while this one counts: those that it makes faster. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { ReadingThread } from "../packets/ahead/reading-thread.ts";
import { decompressorOf } from "../packets/files/compression.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { NamedCapture } from "./merge-captures.ts";
import type { Session } from "./session.ts";

/**
 * Only what has to be decompressed takes a second thread long enough that more is won than it costs (bench/README.md has the
 * figures); not even that does where it is shorter than this.
 */
const LEAST_LENGTH = 1 << 24;

/** Once there is a thread, this takes as long as to ask for it. */
const LEAST_OF_SEVERAL = 1 << 18;

/** Enough to know how a file is compressed. */
const FIRST_LENGTH = 4;

/** How long a capture is, if it is a file that is compressed; 0 for all others. */
function compressedLength({ name, path }: NamedCapture): number {
  if (name === "-") return 0;
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    // What cannot be worth it need not be opened.
    if (!status?.isFile() || status.size < LEAST_OF_SEVERAL) return 0;
    return decompressorOf(firstBytes(path)) === null ? 0 : status.size;
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
   * A capture, whose blocks stand in the kernel, but not in its `blockMemory`; null where it is to be read by this thread. One at a
   * time. Throws `InputError` as `openCapture`.
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
