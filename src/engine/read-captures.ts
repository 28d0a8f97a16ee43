/**
 * Reads captures and flow logs into a session, in order of time, so that flows continue from file to file. If both are
 * read, captures come first.
 */
import { InputError } from "../errors.ts";
import { beginsLogOfUse, logFormatOf } from "../flow-records/log-format.ts";
import { type FoundCaptures, findCaptures, isReadOnce } from "../packets/files/find-captures.ts";
import { beginsCapture, beginsWith, openCaptureIn, openMedium } from "../packets/files/open-capture.ts";
import type { ReaderName } from "../packets/files/reader-name.ts";
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
  /** Reader for classic captures (default "fast"). */
  readonly reader?: ReaderName;
  /**
   * Ends reading: the capture that is being read is incomplete (`interrupted`), later ones are not read, and the
   * reports cover what was read before.
   */
  readonly signal?: AbortSignal;
  /** Name of a function that needs packets ("reach"): then logs are refused. */
  readonly packetsOnlyFor?: string;
  /** Called every few hundred packets; must be fast. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Progress of reading. */
export interface Progress {
  /** The source being read. */
  readonly source: string;
  readonly packets: number;
  /** Bytes read from all media so far, and their total; null if that is unknown (a pipe). */
  readonly bytesRead: number;
  readonly totalBytes: number | null;
}

/**
 * Returns a session that has read all captures: its collectors have their reports (`Session.report`). Throws
 * `InputError` for invalid options.
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
 * Reads captures and flow logs - files, directories, "-" for standard input - in steps of a block. Read errors are
 * recorded in the session's sources, not thrown.
 */
export async function* readCaptures(
  session: Session,
  captures: readonly string[],
  options: CaptureOptions,
): AsyncGenerator<void> {
  const { onProgress } = options;
  const found = await findCaptures(captures, beginsInput);
  const { totalBytes } = found;
  let bytesBefore = 0;
  for await (const steps of readings(session, found, options)) {
    let bytesRead = 0;
    for await (const step of steps) {
      bytesRead = step.bytesRead;
      const { source } = step;
      onProgress?.({ source, packets: session.records, bytesRead: bytesBefore + bytesRead, totalBytes });
      yield;
    }
    bytesBefore += bytesRead;
  }
  for (const problem of found.problems) session.sources.fail(problem.position.source ?? "", problem);
}

/** Whether a file that begins with these bytes (borrowed) is a flow log. */
export function beginsLogOfFlows(first: Uint8Array): boolean {
  return logFormatOf(first) !== null;
}

/** Loaded late: reading captures does not need it. */
function loadLogReader() {
  return import("./read-logs.ts");
}

/** Whether to read a file of a directory that begins with these bytes (borrowed). */
export function beginsInput(first: Uint8Array): boolean {
  return beginsCapture(first) || beginsLogOfUse(first);
}

/** Inputs that are read one after the other. */
async function* readings(
  session: Session,
  { names, paths, totalBytes }: FoundCaptures,
  options: CaptureOptions,
): AsyncGenerator<AsyncGenerator<MergeStep>> {
  const { reader = "fast", signal } = options;
  const open: OpenCapture = async ({ name, path }, block) => {
    const media = unlessInterrupted(openMedium(name, path), name, signal);
    return openCaptureIn(await media, { reader, block, ...(signal && { signal }) });
  };
  const ahead = new ReadAhead(session, totalBytes, signal ?? null);
  const openAhead: OpenAhead = async (capture) =>
    reader === "fast" ? unlessInterrupted(ahead.open(capture), capture.name, signal) : null;
  const logs: NamedCapture[] = [];
  const all: NamedCapture[][] = [[]];
  for (const [position, name] of names.entries()) {
    const capture = { name, path: paths[position], position };
    // A pipe delivers its packets once, and at its writer's pace: it is read by itself.
    if (isReadOnce(capture.path)) all.push([capture], []);
    else if (await beginsWith(capture.path, beginsLogOfFlows)) logs.push(capture);
    else all.at(-1)?.push(capture);
  }
  try {
    for (const group of all.filter(({ length }) => length > 0)) {
      yield group.length === 1
        ? readAlone(session, group[0], options, openAhead)
        : mergeCaptures(session, group, open, openAhead);
    }
  } finally {
    ahead.close();
  }
  const refused = logs.filter(({ name, position }) => refuseLog(session, name, position, options));
  if (refused.length === logs.length) return;
  const { readLogs } = await loadLogReader();
  yield readLogs(
    session,
    logs.filter((log) => !refused.includes(log)),
    signal ?? null,
  );
}

/** Records why a log cannot be read as requested; false if it can. */
function refuseLog(session: Session, name: string, position: number, options: CaptureOptions): boolean {
  const { filter, from, to, outer, deduplicate, packetsOnlyFor } = options;
  const asked = [
    [filter !== undefined, "--filter"],
    [from !== undefined, "--from"],
    [to !== undefined, "--to"],
    [outer === true, "--outer"],
    [deduplicate === true, "--deduplicate"],
    [packetsOnlyFor !== undefined, packetsOnlyFor],
  ] as const;
  const which = asked.find(([isAsked]) => isAsked)?.[1];
  if (which === undefined) return false;
  const message = `${name}: a flow log has no packets: ${which} needs a capture`;
  session.sources.fail(name, new InputError("unsupported_format", message, { source: name }), position);
  return true;
}

/** Reads a capture to its end, or the contents of a pipe. */
async function* readAlone(
  session: Session,
  capture: NamedCapture,
  options: CaptureOptions,
  openAhead: OpenAhead,
): AsyncGenerator<MergeStep> {
  const { name, path, position } = capture;
  const { reader = "fast", signal } = options;
  let source: PacketSource | null;
  try {
    source = await openAhead(capture);
    if (source === null) {
      const medium = await unlessInterrupted(openMedium(name, path), name, signal);
      if (beginsLogOfFlows(medium.first)) {
        if (refuseLog(session, name, position, options)) await medium.bytes.close();
        else yield* (await loadLogReader()).readLog(session, medium, position, signal ?? null);
        return;
      }
      const block = session.kernel.createBlock();
      source = await openCaptureIn(medium, { reader, block, ...(signal && { signal }) });
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    session.sources.fail(name, error, position);
    return;
  }
  for await (const _ of session.read(source, null, position)) {
    yield { source: name, bytesRead: source.bytesRead };
  }
}

/** The opened capture. Throws `InputError` `interrupted` when `signal` is aborted: a named pipe may wait for its writer. */
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
