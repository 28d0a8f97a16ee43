/** Which captures a second thread reads while this one counts: those that it makes faster. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { ReadingThread } from "../packets/ahead/reading-thread.ts";
import { decompressorOf } from "../packets/files/compression.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { NamedCapture } from "./merge-captures.ts";
import type { Session } from "./session.ts";

/**
 * Shorter files are read sooner than the time is won that a thread takes to start, some 35 ms (bench/README.md has the figures).
 * What has to be decompressed takes long for its length.
 */
const LEAST_LENGTH = 1 << 27;
const LEAST_COMPRESSED_LENGTH = 1 << 23;

/** Enough to know how a file is compressed. */
const FIRST_LENGTH = 4;

/** Whether a capture is a file that is worth a second thread, and the machine has a processor for it. */
export function isWorthAThread({ name, path }: NamedCapture): boolean {
  if (name === "-" || availableParallelism() === 1) return false;
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (!status?.isFile() || status.size < LEAST_COMPRESSED_LENGTH) return false;
    return status.size >= LEAST_LENGTH || decompressorOf(firstBytes(path)) !== null;
  } catch {
    // Who opens it is told why it cannot be read.
    return false;
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

/** Reads a capture by a thread of its own into `session`; null where none could be started. Throws `InputError` as `openCapture`. */
export async function openAhead(
  session: Session,
  { name, path }: NamedCapture,
  signal: AbortSignal | undefined,
): Promise<{ readonly source: PacketSource; readonly thread: ReadingThread } | null> {
  const thread = ReadingThread.start();
  if (thread === null) return null;
  try {
    const source = await thread.open(name, path, session.kernel, signal);
    if (source !== null) return { source, thread };
  } catch (error) {
    thread.close();
    throw error;
  }
  thread.close();
  return null;
}
