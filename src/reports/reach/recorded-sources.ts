/**
 * How long the sources went on to record packets. That a capture ends is no silence: an attempt fails by the lack of an
 * answer only where an answer would have been recorded.
 */
import { compareMoments, later, type Moment } from "../../net/moment.ts";

/** An attempt waits so long for an answer before its absence tells anything: a SYN is sent again after 1 second. */
const PATIENCE_SECONDS = 3;

/** A capture file, a pipe or an interface: the times of its first and last packet, so far. Null: none has a time. */
export interface RecordedSource {
  readonly start: Moment | null;
  readonly end: Moment | null;
}

export class RecordedSources {
  readonly #sources: RecordedSource[] = [];
  readonly #numbers = new Map<RecordedSource, number>();
  /** Those that are still being read: packets may come from several interfaces at once. */
  readonly #open = new Set<RecordedSource>();

  /** Begins to read a source, which may move its times until it is closed. */
  open(source: RecordedSource): void {
    this.#open.add(source);
    this.#numbers.set(source, this.#sources.push(source) - 1);
  }

  /** The number of a source that was opened. */
  numberOf(source: RecordedSource): number {
    return this.#numbers.get(source) ?? -1;
  }

  /** Nothing more comes from the source. */
  close(source: RecordedSource): void {
    this.#open.delete(source);
  }

  /**
   * Whether an attempt that waits since a moment (null: unknown) may still be answered where the source that its last
   * packet came from ended. A source that begins within the same patience after the end of another one goes on with it,
   * as the files of a ring do; one that overlaps it does not: it may have been recorded elsewhere.
   */
  mayStillBeAnswered(number: number, since: Moment | null): boolean {
    if (since === null) return true;
    const deadline = { seconds: since.seconds + PATIENCE_SECONDS, nanoseconds: since.nanoseconds };
    let end = this.#endOf(this.#sources[number]);
    while (end !== null && compareMoments(end, deadline) < 0) end = this.#endOfNext(end);
    return end === null;
  }

  /** An interface that is silent is still open: it has come as far as the others. */
  #endOf(source: RecordedSource): Moment | null {
    if (!this.#open.has(source)) return source.end;
    let end: Moment | null = null;
    for (const one of this.#open) end = later(end, one.end);
    return end;
  }

  /** The end of what goes on after a moment; null where nothing does. */
  #endOfNext(moment: Moment): Moment | null {
    const latest = { seconds: moment.seconds + PATIENCE_SECONDS, nanoseconds: moment.nanoseconds };
    let end: Moment | null = null;
    for (const source of this.#sources) {
      if (source.start === null || compareMoments(source.start, moment) < 0) continue;
      if (compareMoments(source.start, latest) <= 0) end = later(end, this.#endOf(source));
    }
    return end !== null && compareMoments(end, moment) > 0 ? end : null;
  }
}
