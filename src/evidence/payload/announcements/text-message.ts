/**
 * Messages of RTSP, SIP and AirPlay: header lines, and a body of the length given there (RFC 2326, 4; RFC 3261, 7). On an
 * RTSP connection, media may be interleaved, each piece preceded by its length (RFC 2326, 10.12).
 *
 *   first line CRLF | Name: value CRLF | ... | CRLF | body           $ 1 | channel 1 | length 2 | media
 */
import { readUint16 } from "../../../net/byte-reads.ts";
import { decodeText } from "../name-text.ts";
import { IS_BROKEN, type MessageBytes, NEEDS_MORE } from "./announced-port.ts";

const MAX_HEAD = 4096;
const MAX_FIELDS = 64;
/** Limits the reported length: an exact length is not needed beyond this. */
const MAX_BODY = 0x100_0000;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const MEDIA = 0x24;
const MEDIA_HEADER = 4;
/** Compact forms of SIP (RFC 3261, 7.3.3). */
const LONG_NAMES: ReadonlyMap<string, string> = new Map([
  ["c", "content-type"],
  ["l", "content-length"],
]);

/** All of it is hostile text. */
export interface TextMessage {
  readonly firstLine: string;
  /** By name in lower case; the first of several with one name. */
  readonly fields: ReadonlyMap<string, string>;
  /** Borrowed. */
  readonly body: MessageBytes;
}

/** Returns the length of a text message, of a line end between messages, or of a piece of media. */
export function textMessageLength(bytes: Uint8Array, offset: number, end: number): number {
  const first = bytes[offset];
  if (first === MEDIA) {
    return end - offset < MEDIA_HEADER ? NEEDS_MORE : MEDIA_HEADER + readUint16(bytes, offset + 2);
  }
  if (first === CARRIAGE_RETURN || first === LINE_FEED) return 1;
  if (!isLetter(first)) return IS_BROKEN;
  const headEnd = endOfHead(bytes, offset, end);
  if (headEnd < 0) return end - offset >= MAX_HEAD ? IS_BROKEN : NEEDS_MORE;
  const { fields } = readHead(decodeText(bytes, offset, headEnd));
  const length = Number(fields.get("content-length") ?? 0);
  if (!Number.isInteger(length) || length < 0 || length > MAX_BODY) return IS_BROKEN;
  return headEnd - offset + length;
}

/** Reads a complete message; null if it is invalid. A datagram may have a shorter body than declared. */
export function readTextMessage({ bytes, offset, end }: MessageBytes): TextMessage | null {
  if (!isLetter(bytes[offset])) return null;
  const headEnd = endOfHead(bytes, offset, end);
  if (headEnd < 0) return null;
  return { ...readHead(decodeText(bytes, offset, headEnd)), body: { bytes, offset: headEnd, end } };
}

/** Offset after the empty line that ends the head; -1 if there is none. */
function endOfHead(bytes: Uint8Array, offset: number, end: number): number {
  const limit = Math.min(end, offset + MAX_HEAD);
  for (let i = offset; i + 1 < limit; i++) {
    if (bytes[i] !== LINE_FEED) continue;
    if (bytes[i + 1] === LINE_FEED) return i + 2;
    if (bytes[i + 1] === CARRIAGE_RETURN && i + 2 < limit && bytes[i + 2] === LINE_FEED) return i + 3;
  }
  return -1;
}

function readHead(head: string): Omit<TextMessage, "body"> {
  const [firstLine, ...lines] = head.split("\n", MAX_FIELDS);
  const fields = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const written = line.slice(0, colon).trim().toLowerCase();
    const name = LONG_NAMES.get(written) ?? written;
    if (!fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return { firstLine: firstLine.trim(), fields };
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
