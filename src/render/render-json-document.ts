/**
 * JSON documents in pieces. The long parts of a report are lists, so list entries are converted one by one;
 * objects that contain lists, and nested lists, are traversed.
 */
import { safeJson } from "./render-escape.ts";
import { Pieces, type WritePiece } from "./render-pieces.ts";

const INDENT = "  ";

/**
 * Writes `value` indented by two spaces, with a line end: the same as `JSON.stringify(value, null, 2)`, except for
 * characters that a terminal would obey, which are escaped. `value` is plain data.
 */
export function writeJsonDocument(value: object, write: WritePiece): void {
  const pieces = new Pieces(write);
  addValue(value, "\n", pieces);
  pieces.add("\n");
  pieces.flush();
}

/** Writes `value` on one line, with its line end. */
export function writeJsonLine(value: object, write: WritePiece): void {
  const pieces = new Pieces(write);
  addValue(value, null, pieces);
  pieces.add("\n");
  pieces.flush();
}

/** The document as one text, for short documents. */
export function jsonDocument(value: object): string {
  const pieces: string[] = [];
  writeJsonDocument(value, (piece) => pieces.push(piece));
  return pieces.join("");
}

/** `lineStart`: a line end and the indentation of the value's first line; null for one line. */
function addValue(value: unknown, lineStart: string | null, pieces: Pieces): void {
  if (typeof value !== "object" || value === null) {
    pieces.add(safeJson(value ?? null));
    return;
  }
  const inner = lineStart === null ? null : lineStart + INDENT;
  const isList = Array.isArray(value);
  const entries = isList ? value.entries() : Object.entries(value);
  const colon = lineStart === null ? ":" : ": ";
  let count = 0;
  for (const [key, entry] of entries) {
    if (entry === undefined && !isList) continue;
    const opening = isList ? "[" : "{";
    pieces.add(`${count === 0 ? opening : ","}${inner ?? ""}`);
    if (isList) pieces.add(entryText(entry, inner));
    else {
      pieces.add(`${safeJson(key)}${colon}`);
      addValue(entry, inner, pieces);
    }
    count++;
  }
  if (count === 0) pieces.add(isList ? "[]" : "{}");
  else pieces.add(`${lineStart ?? ""}${isList ? "]" : "}"}`);
}

/** A list entry as text that continues after `lineStart`: nested in the same number of lists, it gets the right indentation. */
function entryText(entry: unknown, lineStart: string | null): string {
  if (lineStart === null) return safeJson(entry ?? null);
  const depth = (lineStart.length - 1) / INDENT.length;
  let nested: unknown = entry ?? null;
  for (let i = 0; i < depth; i++) nested = [nested];
  const text = safeJson(nested, INDENT.length);
  // Of each list a bracket, a line end, and the indentation of its contents, or of the list itself.
  const closing = 2 * depth + (INDENT.length * depth * (depth - 1)) / 2;
  const opening = closing + INDENT.length * depth;
  return text.slice(opening, text.length - closing);
}
