/** Splits a log into lines, piece by piece. Holds at most one piece and one line in memory, however long a line is. */
import { decodeText } from "../evidence/payload/name-text.ts";
import type { ByteSource } from "../packets/files/byte-source.ts";

/** Maximum bytes of a line; longer ones are truncated. */
export const MAX_LINE_LENGTH = 1 << 20;
const PIECE_LENGTH = 1 << 16;
const LINE_FEED = 0x0a;

/** A line without its line break. */
export interface LogLine {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** It is longer than `MAX_LINE_LENGTH`; `text` is its beginning. */
  readonly isCut: boolean;
  /** The log ends here, without a line break. */
  readonly isLast: boolean;
}

/** Yields a log in pieces, each borrowed until the next one. Throws `InputError` if the medium fails. */
export async function* logPieces(source: ByteSource): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(PIECE_LENGTH);
  for (;;) {
    const count = await source.read(piece, 0, piece.length);
    if (count === 0) return;
    yield piece.subarray(0, count);
  }
}

/** Yields the lines of each piece together. Throws `InputError` if the medium fails. */
export async function* logLines(source: ByteSource): AsyncGenerator<readonly LogLine[]> {
  const held: Uint8Array[] = [];
  let heldLength = 0;
  let isCut = false;
  let number = 0;
  const hold = (bytes: Uint8Array) => {
    const kept = bytes.slice(0, MAX_LINE_LENGTH - heldLength);
    isCut ||= kept.length < bytes.length;
    heldLength += kept.length;
    if (kept.length > 0) held.push(kept);
  };
  const take = (bytes: Uint8Array, isLast: boolean): LogLine => {
    hold(bytes);
    const whole = held.length === 1 ? held[0] : Buffer.concat(held);
    const line = { text: textOf(whole), number: ++number, isCut, isLast };
    held.length = 0;
    heldLength = 0;
    isCut = false;
    return line;
  };
  for await (const piece of logPieces(source)) {
    const lines: LogLine[] = [];
    let start = 0;
    for (;;) {
      const end = piece.indexOf(LINE_FEED, start);
      if (end < 0) break;
      lines.push(take(piece.subarray(start, end), false));
      start = end + 1;
    }
    hold(piece.subarray(start));
    yield lines;
  }
  if (heldLength > 0) yield [take(new Uint8Array(0), true)];
}

function textOf(bytes: Uint8Array): string {
  const text = decodeText(bytes, 0, bytes.length);
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
