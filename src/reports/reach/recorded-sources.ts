/**
 * How long the sources recorded packets. The end of a capture is not silence: an attempt counts as unanswered only if an
 * answer would have been recorded.
 */
import { compareMoments, later, type Moment } from "../../net/moment.ts";

/** How long an attempt must wait for an answer before its absence is significant: a SYN is retransmitted after 1 second. */
const PATIENCE_SECONDS = 3;

/** A capture file, a pipe or an interface: the times of its first and last packet so far. Null: no packet has a time. */
export interface RecordedSource {
  readonly start: Moment | null;
  readonly end: Moment | null;
}

export class RecordedSources {
  readonly #sources: RecordedSource[] = [];
  readonly #numbers = new Map<RecordedSource, number>();
  /** Sources still being read: packets may come from several interfaces at once. */
  readonly #open = new Set<RecordedSource>();

  /** Opens a source; its times may change until it is closed. */
  open(source: RecordedSource): void {
    this.#open.add(source);
    this.#numbers.set(source, this.#sources.push(source) - 1);
  }

  /** Number of an opened source; -1 if unknown. */
  numberOf(source: RecordedSource): number {
    return this.#numbers.get(source) ?? -1;
  }

  /** Closes the source: no more packets come from it. */
  close(source: RecordedSource): void {
    this.#open.delete(source);
  }

  /**
   * Whether an attempt that has been waiting since a time (null: unknown) may still be answered after the end of the source
   * of its last packet. A source that begins within the same patience after the end of another one continues it, like the
   * files of a ring; an overlapping source does not, as it may have been recorded elsewhere.
   */
  mayStillBeAnswered(number: number, since: Moment | null): boolean {
    if (since === null) return true;
    const deadline = { seconds: since.seconds + PATIENCE_SECONDS, nanoseconds: since.nanoseconds };
    let end = this.#endOf(this.#sources[number]);
    while (end !== null && compareMoments(end, deadline) < 0) end = this.#endOfNext(end);
    return end === null;
  }

  /** A silent interface is still open: its end is that of the latest open source. */
  #endOf(source: RecordedSource): Moment | null {
    if (!this.#open.has(source)) return source.end;
    let end: Moment | null = null;
    for (const one of this.#open) end = later(end, one.end);
    return end;
  }

  /** End of the source that continues after a time; null if there is none. */
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
