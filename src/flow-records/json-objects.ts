/**
 * The objects in a log of JSON: one on each line (NDJSON), or those of a list, each of which may have any number of lines. What is
 * held is one object at most.
 */
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

/** The object on a line; null for a line with nothing on it. */
export function objectOnLine({ text, number, isCut, isLast }: LogLine): JsonPlace | null {
  if (text.trim() === "") return null;
  if (isCut) return { value: null, problem: TOO_LONG, line: number };
  return parse(text, number, isLast);
}

/** Finds the objects of a list, whose lines are given one after the other. */
export class JsonList {
  #text = "";
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #line = 0;
  #isTooLong = false;

  /** The objects that end on a line. */
  add({ text, number, isCut }: LogLine): readonly JsonPlace[] {
    const found: JsonPlace[] = [];
    let start = 0;
    // A string of JSON ends on its line (RFC 8259, 7).
    this.#isInText = false;
    this.#isEscaped = false;
    for (let i = 0; i < text.length; i++) {
      const letter = text[i];
      if (this.#isInText) this.#readText(letter);
      else if (letter === '"') this.#isInText = true;
      else if (letter === "{" && this.#depth++ === 0) {
        start = i;
        this.#line = number;
      } else if (letter === "}" && this.#depth > 0 && --this.#depth === 0) {
        found.push(this.#take(text.slice(start, i + 1)));
        start = i + 1;
      }
    }
    if (this.#depth > 0) this.#hold(text.slice(start));
    if (isCut) this.#isTooLong = true;
    return found;
  }

  /** What is left at the end of the log: an object that does not end. */
  finish(): JsonPlace | null {
    if (this.#depth === 0) return null;
    return { value: null, problem: "begins an object that does not end", line: this.#line };
  }

  #readText(letter: string): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (letter === "\\") this.#isEscaped = true;
    else if (letter === '"') this.#isInText = false;
  }

  #hold(text: string): void {
    this.#isTooLong ||= this.#text.length + text.length > MAX_LINE_LENGTH;
    this.#text = this.#isTooLong ? "" : `${this.#text}${text}\n`;
  }

  #take(end: string): JsonPlace {
    const text = this.#text + end;
    const isTooLong = this.#isTooLong;
    this.#text = "";
    this.#isTooLong = false;
    return isTooLong ? { value: null, problem: TOO_LONG, line: this.#line } : parse(text, this.#line, false);
  }
}

function parse(text: string, line: number, isLast: boolean): JsonPlace {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { value, problem: null, line };
    return { value: null, problem: "is no object of JSON", line };
  } catch {
    const problem = isLast ? "is cut off where the log ends" : "is no JSON";
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
