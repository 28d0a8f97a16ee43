/** Parses the lines of a log to entries. Invalid lines are skipped and counted; the others are unaffected. */
import type { Moment } from "../net/moment.ts";
import { fieldOf, JsonObjects, type JsonPlace, objectOnLine } from "./json-objects.ts";
import type { LogEntry, LogFormat } from "./log-entry.ts";
import { type ZeekLog, zeekLogNamed } from "./log-format.ts";
import { type LogLine, MAX_LINE_LENGTH } from "./log-lines.ts";
import { type FieldOf, LogRow } from "./log-row.ts";
import { momentOf } from "./log-time.ts";
import { nfdumpEntry } from "./nfdump-entries.ts";
import { suricataEntry } from "./suricata-entries.ts";
import { zeekEntry, zeekLogOf } from "./zeek-entries.ts";
import { ZeekHeader } from "./zeek-header.ts";

/** What is wrong with a line. */
export interface LineProblem {
  readonly line: number;
  /** Continues "line 17 ...": "has 3 values, not 21". */
  readonly problem: string;
}

/** Field with the time at which a row was written, or the earliest time it has. */
const TIME_FIELDS: Readonly<Record<LogFormat, string>> = {
  zeek: "ts",
  suricata: "timestamp",
  nfdump: "first",
};

export class LogParser {
  /** Number of skipped lines, and what is wrong with the first of them. */
  badLines = 0;
  firstProblem: LineProblem | null = null;
  /** Rows of supported logs, and others: of another Zeek log, of another event. */
  known = 0;
  others = 0;
  /** Time of the first row that has one, of any kind. */
  firstTime: Moment | null = null;
  /** Records that count only sampled packets. */
  sampled = 0;
  readonly #format: LogFormat;
  readonly #objects = new JsonObjects();
  readonly #header = new ZeekHeader();

  constructor(format: LogFormat) {
    this.#format = format;
  }

  /** The name of the log, if it contains one: Zeek's do. Hostile text. */
  get path(): string | null {
    return this.#header.path;
  }

  /** First line of an object that never ends: nothing was read from there on. Null: everything was. */
  get unread(): number | null {
    return this.#objects.unfinished;
  }

  /** Returns the entries of objects that end in this piece (borrowed for the call), for logs with free layout. */
  addPiece(piece: Uint8Array): readonly LogEntry[] {
    return this.#objects.add(piece).flatMap((place) => this.#readJson(place));
  }

  /** Returns the entries of a line, mostly one. */
  add(line: LogLine): readonly LogEntry[] {
    if (this.#format !== "zeek" || line.text.startsWith("{")) {
      const place = objectOnLine(line);
      return place === null ? [] : this.#readJson(place);
    }
    if (line.text === "") return [];
    if (line.isCut) return this.#reject(line.number, `is longer than ${MAX_LINE_LENGTH} bytes`);
    if (!line.text.startsWith("#")) return this.#readValues(line);
    this.#header.add(line.text);
    return [];
  }

  #readValues({ text, number, isLast }: LogLine): readonly LogEntry[] {
    const fields = this.#header.read(text);
    if (typeof fields === "string") {
      return this.#reject(number, isLast ? "is cut off at the end of the log" : fields);
    }
    return this.#readZeek(number, fields, zeekLogNamed(this.path ?? ""));
  }

  #readJson({ value, problem, line }: JsonPlace): readonly LogEntry[] {
    if (value === null) return this.#reject(line, problem ?? "");
    const field: FieldOf = (name) => fieldOf(value, name);
    const row = new LogRow(field);
    this.#noteTime(field);
    if (this.#format === "suricata") return this.#take(line, row, suricataEntry(value, row));
    if (this.#format === "nfdump") {
      if (row.text("sampled") === "1") this.sampled++;
      return this.#take(line, row, nfdumpEntry(row));
    }
    // Log shippers nest the ends in an object.
    const id = field("id");
    const inner: FieldOf = (name) =>
      field(name) ?? (name.startsWith("id.") ? fieldOf(id, name.slice(3)) : null);
    return this.#readZeek(line, inner, zeekLogOf(row));
  }

  #readZeek(line: number, field: FieldOf, log: ZeekLog | null): readonly LogEntry[] {
    this.#noteTime(field);
    if (log === null) {
      this.others++;
      return [];
    }
    const row = new LogRow(field);
    return this.#take(line, row, zeekEntry(log, row));
  }

  #noteTime(field: FieldOf): void {
    this.firstTime ??= momentOf(field(TIME_FIELDS[this.#format]));
  }

  #take(line: number, row: LogRow, entry: LogEntry | null): readonly LogEntry[] {
    if (entry?.kind === "flow") {
      const { originator, responder } = entry.record;
      if (typeof originator.address !== typeof responder.address) row.fail("mixes IPv4 and IPv6 addresses");
    }
    if (row.problem !== null) return this.#reject(line, row.problem);
    this.known++;
    return entry === null ? [] : [entry];
  }

  #reject(line: number, problem: string): readonly LogEntry[] {
    this.badLines++;
    this.firstProblem ??= { line, problem };
    return [];
  }
}
