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
  readonly isTruncated: boolean;
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
  const buffered: Uint8Array[] = [];
  let bufferedLength = 0;
  let isTruncated = false;
  let number = 0;
  const buffer = (bytes: Uint8Array) => {
    const accepted = bytes.slice(0, MAX_LINE_LENGTH - bufferedLength);
    isTruncated ||= accepted.length < bytes.length;
    bufferedLength += accepted.length;
    if (accepted.length > 0) buffered.push(accepted);
  };
  const finishLine = (bytes: Uint8Array, isLast: boolean): LogLine => {
    buffer(bytes);
    const whole = buffered.length === 1 ? buffered[0] : Buffer.concat(buffered);
    const line = { text: textOf(whole), number: ++number, isTruncated, isLast };
    buffered.length = 0;
    bufferedLength = 0;
    isTruncated = false;
    return line;
  };
  for await (const piece of logPieces(source)) {
    const lines: LogLine[] = [];
    let start = 0;
    for (;;) {
      const end = piece.indexOf(LINE_FEED, start);
      if (end < 0) break;
      lines.push(finishLine(piece.subarray(start, end), false));
      start = end + 1;
    }
    buffer(piece.subarray(start));
    yield lines;
  }
  if (bufferedLength > 0) yield [finishLine(new Uint8Array(0), true)];
}

function textOf(bytes: Uint8Array): string {
  const text = decodeText(bytes, 0, bytes.length);
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
