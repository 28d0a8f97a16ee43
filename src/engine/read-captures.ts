/** Reads capture files into a session, one after the other, so that flows go on from file to file. */
import { InputError } from "../errors.ts";
import { findCaptures } from "../packets/files/find-captures.ts";
import { openCapture, type ReaderName } from "../packets/files/open-capture.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { Collector } from "../reports/collector.ts";
import type { Knowledge, ReadingOptions } from "./reading-options.ts";
import { Session } from "./session.ts";

/** How captures are read. */
export interface CaptureOptions extends ReadingOptions {
  /** Which reader reads classic captures (default "fast"). */
  readonly reader?: ReaderName;
  /**
   * Ends the reading: the capture that is being read is incomplete (`interrupted`), those after it are not read, and the
   * reports are of what was read before.
   */
  readonly signal?: AbortSignal;
  /** Called after every few hundred packets; keep it short. */
  readonly onProgress?: (progress: Progress) => void;
}

/** How far the reading has come. */
export interface Progress {
  /** The source being read. */
  readonly source: string;
  readonly packets: number;
  /** Bytes taken from all media so far, and bytes of them in all; null where that is unknown (a pipe). */
  readonly bytesRead: number;
  readonly totalBytes: number | null;
}

/**
 * A session that has read all captures: its collectors can be asked for their reports (`Session.report`). Throws
 * `InputError` for options that cannot be used.
 */
export async function readSession(
  captures: readonly string[],
  options: CaptureOptions,
  knowledge: Knowledge,
  collectors: readonly Collector<unknown>[],
): Promise<Session> {
  const session = new Session(knowledge, options, collectors);
  for await (const _ of readCaptures(session, captures, options));
  return session;
}

/**
 * Reads captures - files, directories, "-" for standard input - in steps of a block. What cannot be read is noted in the
 * session's sources, not thrown.
 */
export async function* readCaptures(
  session: Session,
  captures: readonly string[],
  { reader = "fast", onProgress, signal }: CaptureOptions,
): AsyncGenerator<void> {
  const found = await findCaptures(captures);
  let bytesBefore = 0;
  for (const [i, name] of found.names.entries()) {
    let source: PacketSource;
    try {
      const opening = openCapture(name, {
        reader,
        path: found.paths[i],
        block: session.createBlock(),
        ...(signal !== undefined && { signal }),
      });
      source = await unlessInterrupted(opening, name, signal);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      session.fail(name, error);
      continue;
    }
    for await (const _ of session.read(source)) {
      onProgress?.({
        source: name,
        packets: session.records,
        bytesRead: bytesBefore + source.bytesRead,
        totalBytes: found.totalBytes,
      });
      yield;
    }
    bytesBefore += source.bytesRead;
  }
  for (const problem of found.problems) session.fail(problem.position.source ?? "", problem);
}

/** The opened source. Throws `InputError` `interrupted` when `signal` is aborted: a named pipe may wait for its writer. */
async function unlessInterrupted(
  opening: Promise<PacketSource>,
  name: string,
  signal: AbortSignal | undefined,
): Promise<PacketSource> {
  if (signal === undefined) return opening;
  let onAbort = () => {};
  const interrupted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new InputError("interrupted", `${name}: not read, interrupted`, { source: name }));
  });
  signal.addEventListener("abort", onAbort);
  try {
    if (signal.aborted) onAbort();
    return await Promise.race([interrupted, opening]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
