/**
 * Finds the objects in a JSON log: one on each line (NDJSON), those of a list, or concatenated ones, where an object
 * may span lines and a line may hold several. Holds at most one object in memory.
 */
import { decodeText } from "../evidence/payload/name-text.ts";
import { type LogLine, MAX_LINE_LENGTH } from "./log-lines.ts";

/** One item of a log: a JSON object, or a syntax error. */
export interface JsonPlace {
  /** null: not an object; `problem` says why. */
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly problem: string | null;
  /** The line in which it begins. */
  readonly line: number;
}

const TOO_LONG = `is longer than ${MAX_LINE_LENGTH} bytes`;
const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Parses the object on a line; null for an empty line. */
export function objectOnLine({ text, number, isCut, isLast }: LogLine): JsonPlace | null {
  if (text.trim() === "") return null;
  if (isCut) return { value: null, problem: TOO_LONG, line: number };
  return parse(text, number, isLast);
}

/** Finds objects in a log that is given piece by piece. Ignores everything between them. */
export class JsonObjects {
  readonly #held: Uint8Array[] = [];
  #heldLength = 0;
  #isTooLong = false;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #line = 1;
  /** The line in which the current object begins. */
  #start = 1;

  /** Returns the objects that end in this piece (borrowed for the call). */
  add(piece: Uint8Array): readonly JsonPlace[] {
    const found: JsonPlace[] = [];
    let start = 0;
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i];
      if (byte === LINE_FEED) this.#endLine();
      else if (this.#isInText) this.#readText(byte);
      else if (byte === OPENING) {
        if (this.#depth++ > 0) continue;
        start = i;
        this.#start = this.#line;
      } else if (this.#depth === 0) continue;
      else if (byte === QUOTE) this.#isInText = true;
      else if (byte === CLOSING && --this.#depth === 0) found.push(this.#take(piece.subarray(start, i + 1)));
    }
    if (this.#depth > 0) this.#hold(piece.subarray(start));
    return found;
  }

  /** The line of an object that is still open at the end of the log; null for none. */
  get unfinished(): number | null {
    return this.#depth === 0 ? null : this.#start;
  }

  /** A JSON string ends on its line (RFC 8259, 7). */
  #endLine(): void {
    this.#line++;
    this.#isInText = false;
    this.#isEscaped = false;
  }

  #readText(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInText = false;
  }

  #hold(bytes: Uint8Array): void {
    this.#heldLength += bytes.length;
    this.#isTooLong ||= this.#heldLength > MAX_LINE_LENGTH;
    if (this.#isTooLong) this.#held.length = 0;
    else this.#held.push(bytes.slice());
  }

  #take(end: Uint8Array): JsonPlace {
    const isTooLong = this.#isTooLong || this.#heldLength + end.length > MAX_LINE_LENGTH;
    const whole = this.#held.length === 0 || isTooLong ? end : Buffer.concat([...this.#held, end]);
    this.#held.length = 0;
    this.#heldLength = 0;
    this.#isTooLong = false;
    if (isTooLong) return { value: null, problem: TOO_LONG, line: this.#start };
    return parse(decodeText(whole, 0, whole.length), this.#start, false);
  }
}

function parse(text: string, line: number, isLast: boolean): JsonPlace {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { value, problem: null, line };
    return { value: null, problem: "is not a JSON object", line };
  } catch {
    const problem = isLast ? "is cut off at the end of the log" : "is not JSON";
    return { value: null, problem, line };
  }
}

/** Whether a JSON value is an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the value of an own field: inherited ones do not come from the log. */
export function fieldOf(object: unknown, name: string): unknown {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : null;
}
