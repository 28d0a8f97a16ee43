/**
 * The objects in a log of JSON: one on each line (NDJSON), or those of a list, or one after the other, each of which may have any
 * number of lines, and a line any number of them. What is held is one object at most.
 */
import { decodeText } from "../evidence/payload/name-text.ts";
import { type LogLine, MAX_LINE_LENGTH } from "./log-lines.ts";

/** What stands in a log: an object of JSON, or what is no such thing. */
export interface JsonPlace {
  /** null: not an object, `problem` says why. */
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

/** The object on a line; null for a line with nothing on it. */
export function objectOnLine({ text, number, isCut, isLast }: LogLine): JsonPlace | null {
  if (text.trim() === "") return null;
  if (isCut) return { value: null, problem: TOO_LONG, line: number };
  return parse(text, number, isLast);
}

/** Finds objects in a log, whose pieces are given one after the other. What stands between them does not count. */
export class JsonObjects {
  readonly #held: Uint8Array[] = [];
  #heldLength = 0;
  #isTooLong = false;
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #line = 1;
  /** The line in which the object begins that has not ended. */
  #start = 1;

  /** The objects that end in a piece (borrowed for the call). */
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

  /** The line in which an object begins that does not end, although the log does; null: there is none. */
  get unfinished(): number | null {
    return this.#depth === 0 ? null : this.#start;
  }

  /** A string of JSON ends on its line (RFC 8259, 7). */
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

/** Whether a value of JSON has fields. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of an own field: what an object inherits is none of the log's. */
export function fieldOf(object: unknown, name: string): unknown {
  return isObject(object) && Object.hasOwn(object, name) ? object[name] : null;
}
