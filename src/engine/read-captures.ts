/** Reads captures into a session, in the order of time, so that flows go on from file to file. */
import { InputError } from "../errors.ts";
import { type FoundCaptures, findCaptures, isReadOnce } from "../packets/files/find-captures.ts";
import { openCapture } from "../packets/files/open-capture.ts";
import type { ReaderName } from "../packets/files/reader-name.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { Collector } from "../reports/collector.ts";
import {
  type MergeStep,
  mergeCaptures,
  type NamedCapture,
  type OpenAhead,
  type OpenCapture,
} from "./merge-captures.ts";
import { ReadAhead } from "./read-ahead.ts";
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
  const { totalBytes } = found;
  const open = ({ name, path }: NamedCapture, block: PacketBlock) =>
    unlessInterrupted(openCapture(name, { reader, path, block, ...(signal && { signal }) }), name, signal);
  const ahead = new ReadAhead(session, totalBytes, signal ?? null);
  const openAhead = (capture: NamedCapture) =>
    reader === "fast" ? unlessInterrupted(ahead.open(capture), capture.name, signal) : Promise.resolve(null);
  let bytesBefore = 0;
  try {
    for (const group of groups(found)) {
      let bytesRead = 0;
      const steps =
        group.length === 1
          ? readAlone(session, group[0], open, openAhead)
          : mergeCaptures(session, group, open, openAhead);
      for await (const step of steps) {
        bytesRead = step.bytesRead;
        const { source } = step;
        onProgress?.({ source, packets: session.records, bytesRead: bytesBefore + bytesRead, totalBytes });
        yield;
      }
      bytesBefore += bytesRead;
    }
  } finally {
    ahead.close();
  }
  for (const problem of found.problems) session.sources.fail(problem.position.source ?? "", problem);
}

/**
 * The captures that are read together: files are merged with those before and behind them, a pipe - which gives its packets
 * once, and when its writer likes - is read by itself.
 */
function groups({ names, paths }: FoundCaptures): NamedCapture[][] {
  const all: NamedCapture[][] = [[]];
  for (const [position, name] of names.entries()) {
    const capture = { name, path: paths[position], position };
    if (isReadOnce(capture.path)) all.push([capture], []);
    else all.at(-1)?.push(capture);
  }
  return all.filter((group) => group.length > 0);
}

/** Reads a capture to its end. */
async function* readAlone(
  session: Session,
  capture: NamedCapture,
  open: OpenCapture,
  openAhead: OpenAhead,
): AsyncGenerator<MergeStep> {
  const { name, position } = capture;
  let source: PacketSource;
  try {
    source = (await openAhead(capture)) ?? (await open(capture, session.kernel.createBlock()));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    session.sources.fail(name, error, position);
    return;
  }
  for await (const _ of session.read(source, null, position)) {
    yield { source: name, bytesRead: source.bytesRead };
  }
}

/** The opened source. Throws `InputError` `interrupted` when `signal` is aborted: a named pipe may wait for its writer. */
async function unlessInterrupted<T>(
  opening: Promise<T>,
  name: string,
  signal: AbortSignal | undefined,
): Promise<T> {
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
