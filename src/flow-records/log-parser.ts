/** From the lines of a log to what they say. A line that cannot be is left out and counted; the others stay what they are. */
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
  /** What follows on "line 17 ...": "has 3 values, not 21". */
  readonly problem: string;
}

/** Where rows have the time at which they were written, or the earliest that they have. */
const TIME_FIELDS: Readonly<Record<LogFormat, string>> = {
  zeek: "ts",
  suricata: "timestamp",
  nfdump: "first",
};

export class LogParser {
  /** Lines that were left out, and what is wrong with the first of them. */
  badLines = 0;
  firstProblem: LineProblem | null = null;
  /** Rows that are of a log which is read here, and others: of another log of Zeek, of another event. */
  known = 0;
  others = 0;
  /** Of the first row that has a time, whatever it says. */
  firstTime: Moment | null = null;
  /** Records of packets of which only some were counted. */
  sampled = 0;
  readonly #format: LogFormat;
  readonly #objects = new JsonObjects();
  readonly #header = new ZeekHeader();

  constructor(format: LogFormat) {
    this.#format = format;
  }

  /** The name of the log, if it says it: of Zeek's. Hostile text. */
  get path(): string | null {
    return this.#header.path;
  }

  /** From which line on nothing was read: an object that begins there does not end. Null: all was. */
  get unread(): number | null {
    return this.#objects.unfinished;
  }

  /** What the objects say that end in a piece (borrowed for the call) of a log whose lines are not each for itself. */
  addPiece(piece: Uint8Array): readonly LogEntry[] {
    return this.#objects.add(piece).flatMap((place) => this.#readJson(place));
  }

  /** What a line says; mostly one thing. */
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
    // Tools that pass logs on put the ends into an object.
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
