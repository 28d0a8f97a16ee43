/** Which captures a second thread reads while this one counts: those that it makes faster. */
import { type Stats, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { ReadingThread } from "../packets/ahead/reading-thread.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { NamedCapture } from "./merge-captures.ts";
import type { Session } from "./session.ts";

/**
 * A smaller file is read before a thread has started, or soon after: bench/README.md has the figures.
 */
const LEAST_LENGTH = 1 << 25;

/** Whether a capture is a file that is worth a second thread, and the machine has a processor for it. */
export function isWorthAThread({ name, path }: NamedCapture): boolean {
  return name !== "-" && lengthOf(path) >= LEAST_LENGTH && availableParallelism() > 1;
}

function lengthOf(path: NamedCapture["path"]): number {
  let status: Stats | undefined;
  try {
    status = statSync(path, { throwIfNoEntry: false });
  } catch {
    // Who opens it is told why it cannot be read.
  }
  return status?.isFile() ? status.size : 0;
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
