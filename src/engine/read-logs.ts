/**
 * Reads flow logs into a session, merged by time: names precede the flow that they belong to, and DNS answers precede
 * the flows to them, in whatever order the logs were named. A log is opened when the others have reached its beginning,
 * so that a folder of a month takes no more memory than one of an hour.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { InputError } from "../errors.ts";
import { FlowLog } from "../flow-records/flow-log.ts";
import type { LogEntry } from "../flow-records/log-entry.ts";
import { logFormatOf } from "../flow-records/log-format.ts";
import { compareMoments, type Moment, NO_TIME } from "../net/moment.ts";
import { type OpenedMedium, openMedium } from "../packets/files/open-capture.ts";
import type { SourceTotals } from "../reports/source-totals.ts";
import type { MergeStep, NamedCapture } from "./merge-captures.ts";
import type { Session } from "./session.ts";

/** Maximum number of open logs, with a buffer of 64 KiB each. Further ones wait until another one has ended. */
const MAX_OPEN = 256;
const LAST: Moment = { seconds: NO_TIME, nanoseconds: 0 };

/** Buffers of 64 KiB in which the first entry of a log is searched. */
const START_PIECES = 16;
/** Timers and signals run after this many logs whose start was read. */
const STARTS_PER_TURN = 64;

/** A log, by the time of its first entry, or of what precedes that one. */
interface WaitingLog {
  readonly named: NamedCapture;
  readonly time: Moment;
}

/** Reads logs (no pipes). Read errors are recorded in the session's sources, not thrown. */
export async function* readLogs(
  session: Session,
  logs: readonly NamedCapture[],
  signal: AbortSignal | null,
): AsyncGenerator<MergeStep> {
  const waiting: WaitingLog[] = [];
  for (const named of logs) {
    if (waiting.length % STARTS_PER_TURN === STARTS_PER_TURN - 1) await nextTurn();
    waiting.push({ named, time: await startOf(named, signal) });
  }
  waiting.sort(
    (one, other) => compareMoments(one.time, other.time) || one.named.position - other.named.position,
  );
  let open: OpenLog[] = [];
  let bytesBefore = 0;
  const step = (name: string): MergeStep => ({
    source: name,
    bytesRead: open.reduce((sum, { log }) => sum + log.bytesRead, bytesBefore),
  });
  try {
    while (waiting.length + open.length > 0) {
      let first = firstOf(open);
      while (waiting.length > 0 && open.length < MAX_OPEN) {
        if (first !== null && compareMoments(waiting[0].time, first.time) > 0) break;
        const [next] = waiting.splice(0, 1);
        const opened = await openLog(session, next.named, signal);
        if (opened === null) continue;
        if (await opened.refill()) open.push(opened);
        else bytesBefore += opened.log.bytesRead;
        first = firstOf(open);
      }
      if (first === null) continue;
      const others = open.filter((one) => one !== first);
      const limit = firstOf(others)?.time ?? LAST;
      const next = waiting[0]?.time ?? LAST;
      first.count(compareMoments(next, limit) < 0 ? next : limit);
      if (first.isEmpty) {
        const { name } = first.log;
        if (!(await first.refill())) {
          open = others;
          bytesBefore += first.log.bytesRead;
        }
        yield step(name);
      }
    }
  } finally {
    for (const log of open) await log.abandon();
  }
}

/** Reads one log to its end, in its own order. Takes ownership of `medium`. */
export async function* readLog(
  session: Session,
  medium: OpenedMedium,
  position: number,
  signal: AbortSignal | null,
): AsyncGenerator<MergeStep> {
  const log = await logIn(medium, signal);
  if (log === null) return;
  const open = new OpenLog(session, log, position);
  while (await open.refill()) {
    open.count(LAST);
    yield { source: log.name, bytesRead: log.bytesRead };
  }
}

/** The log in an opened medium, which it then owns; null if there is none, and the medium is closed. */
async function logIn(medium: OpenedMedium, signal: AbortSignal | null): Promise<FlowLog | null> {
  const format = logFormatOf(medium.first);
  if (format !== null) return new FlowLog(medium, format, signal);
  await medium.bytes.close();
  return null;
}

/** The log found earlier; null if it cannot be opened any more, which is recorded. */
async function openLog(
  session: Session,
  named: NamedCapture,
  signal: AbortSignal | null,
): Promise<OpenLog | null> {
  const { name, path, position } = named;
  try {
    const log = await logIn(await openMedium(name, path), signal);
    if (log !== null) return new OpenLog(session, log, position);
    throw new InputError("not_a_capture", `${name}: no longer a flow log`, { source: name });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    session.sources.fail(name, error, position);
    return null;
  }
}

/** The earliest time at which an entry near the beginning was known, or else the first time; logs without any come first. */
async function startOf({ name, path }: NamedCapture, signal: AbortSignal | null): Promise<Moment> {
  let time: Moment | null = null;
  try {
    const log = await logIn(await openMedium(name, path), signal);
    let pieces = 0;
    for await (const entries of log?.entries() ?? []) {
      if (entries.length > 0) return entries[0].time;
      time = log?.firstTime ?? null;
      if (++pieces === START_PIECES) break;
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  return time ?? { seconds: 0, nanoseconds: 0 };
}

/** The next log; of those with equal times the one that was named first. */
function firstOf(open: readonly OpenLog[]): OpenLog | null {
  let first: OpenLog | null = null;
  for (const log of open) {
    if (first === null || (compareMoments(log.time, first.time) || log.turn - first.turn) < 0) first = log;
  }
  return first;
}

class OpenLog {
  readonly log: FlowLog;
  /** Time of its next entry: never before that of the previous one, which precedes it in the file. */
  time: Moment = { seconds: 0, nanoseconds: 0 };
  readonly #session: Session;
  readonly #totals: SourceTotals;
  readonly #pieces: AsyncIterator<readonly LogEntry[]>;
  #entries: readonly LogEntry[] = [];
  #index = 0;

  constructor(session: Session, log: FlowLog, position: number) {
    this.log = log;
    this.#session = session;
    this.#totals = session.sources.open(log, position);
    this.#pieces = log.entries()[Symbol.asyncIterator]();
  }

  /** Whether everything read of it is counted. */
  get isEmpty(): boolean {
    return this.#index === this.#entries.length;
  }

  /** At equal times, names and answers precede flows. */
  get turn(): number {
    const kind = this.#entries[this.#index]?.kind;
    return kind === "names" || kind === "response" ? 0 : 1;
  }

  /** Reads on until there is an entry; returns false at the end. */
  async refill(): Promise<boolean> {
    do {
      const piece = await this.#pieces.next();
      if (piece.done) {
        this.#session.sources.close(this.log, this.#totals);
        return false;
      }
      this.#entries = piece.value;
      this.#index = 0;
    } while (this.isEmpty);
    this.#move();
    return true;
  }

  /** Stops reading before the end. */
  async abandon(): Promise<void> {
    await this.#pieces.return?.();
  }

  /** Counts its entries up to a time, at least one. */
  count(limit: Moment): void {
    do {
      const { logs } = this.#session;
      this.#session.records += logs.add(this.#entries[this.#index++], this.log, this.#totals);
      if (this.isEmpty) return;
      this.#move();
    } while (compareMoments(this.time, limit) < 0);
  }

  #move(): void {
    const { time } = this.#entries[this.#index];
    if (compareMoments(time, this.time) > 0) this.time = time;
  }
}
