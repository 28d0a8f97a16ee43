/** Reads a log of flows: its entries in file order, and what is wrong with it. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { InputError } from "../errors.ts";
import type { Moment } from "../net/moment.ts";
import { withFirstBytes } from "../packets/files/byte-source.ts";
import type { OpenedMedium } from "../packets/files/open-capture.ts";
import type { LogEntry, LogFormat } from "./log-entry.ts";
import { isLaidOut, ZEEK_LOGS } from "./log-format.ts";
import { logLines, logPieces } from "./log-lines.ts";
import { LogParser } from "./log-parser.ts";

/** Timers and signals run after this many pieces. */
const PIECES_PER_TURN = 16;
/** Fractional digits of a second in the times of each format. */
const TIME_DIGITS: Readonly<Record<LogFormat, number>> = { zeek: 6, suricata: 6, nfdump: 3 };

export class FlowLog {
  readonly name: string;
  readonly format: LogFormat;
  /** Part of the interface of captures; a log has none. */
  readonly interfaces = [] as const;
  /** Fractional digits of a second in its times. */
  readonly timeDigits: number;
  readonly totalBytes: number | null;
  /** Why it could not be read to its end, or which lines were skipped; set once it has ended. */
  error: InputError | null = null;
  readonly #medium: OpenedMedium;
  readonly #signal: AbortSignal | null;
  readonly #parser: LogParser;

  /** @param medium owned by the log from now on */
  constructor(medium: OpenedMedium, format: LogFormat, signal: AbortSignal | null = null) {
    this.name = medium.bytes.name;
    this.format = format;
    this.timeDigits = TIME_DIGITS[format];
    this.totalBytes = medium.bytes.totalBytes;
    this.#medium = medium;
    this.#signal = signal;
    this.#parser = new LogParser(format);
  }

  /** Bytes read from the medium so far. */
  get bytesRead(): number {
    return this.#medium.bytes.bytesRead;
  }

  /** Time of the first line that has one, of any kind; null so far. */
  get firstTime(): Moment | null {
    return this.#parser.firstTime;
  }

  /** Records so far that count only sampled packets. */
  get sampled(): number {
    return this.#parser.sampled;
  }

  /** Yields its entries, piece by piece; problems end up in `error`. Call it once. */
  async *entries(): AsyncGenerator<readonly LogEntry[]> {
    let pieces = 0;
    try {
      for await (const entries of this.#pieces()) {
        if (++pieces % PIECES_PER_TURN === 0) await nextTurn();
        if (this.#signal?.aborted) {
          const message = `${this.name}: interrupted after ${this.bytesRead} bytes`;
          this.error = new InputError("interrupted", message, { source: this.name });
          return;
        }
        yield entries;
      }
      this.error = this.#problem();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.error = error;
    } finally {
      await this.#medium.bytes.close();
    }
  }

  async *#pieces(): AsyncGenerator<readonly LogEntry[]> {
    const { bytes, first } = this.#medium;
    const source = withFirstBytes(bytes, first);
    const parser = this.#parser;
    if (isLaidOut(first)) {
      for await (const piece of logPieces(source)) yield parser.addPiece(piece);
    } else {
      for await (const lines of logLines(source)) yield lines.flatMap((line) => parser.add(line));
    }
  }

  #problem(): InputError | null {
    const { known, others, path } = this.#parser;
    const { name } = this;
    if (known === 0 && others > 0) {
      const which = path === null ? "JSON of Zeek" : `Zeek's log "${path}"`;
      const message = `${name}: ${which} has no flows and no names; supported are ${ZEEK_LOGS.join(", ")}`;
      return new InputError("unsupported_format", message, { source: name });
    }
    return this.#lineProblem();
  }

  #lineProblem(): InputError | null {
    const { badLines, firstProblem, unread } = this.#parser;
    const line = firstProblem?.line ?? unread;
    if (line === null) return null;
    const problems: string[] = [];
    if (firstProblem !== null) {
      const left = badLines === 1 ? "the line is skipped" : `${badLines} lines are skipped, this one first`;
      problems.push(`line ${line} ${firstProblem.problem}; ${left}`);
    }
    if (unread !== null) {
      problems.push(`line ${unread} begins an object that does not end; the rest of the log is skipped`);
    }
    const message = `${this.name}: ${problems.join("; ")}`;
    return new InputError("bad_log_line", message, { source: this.name, line });
  }
}
