/**
 * The head of an HTTP/1 response (RFC 9112, 4): its status, and the target of a redirect (RFC 9110, 10.2.2).
 *
 *   HTTP/1.1 302 Found
 *   Location: http://portal.example/login
 */
import { decodeText, normalizeHostName } from "./name-text.ts";

/** `HTTP/1.1 200` */
const STATUS_OFFSET = 9;
const STATUS_LENGTH = 12;
const LETTER_H = 0x48;
const DIGIT_0 = 0x30;
/** Longer heads are not read to their end. */
const MAX_HEAD_LENGTH = 4096;
const LOCATION = /^location:[ \t]*(\S+)/i;
const ABSOLUTE = /^(?:https?:)?\/\/(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^:/?#]+)/i;

/** Returns the status of the response at `offset`, or 0 if none begins there. `bytes` is borrowed for the call. */
export function readHttpStatus(bytes: Uint8Array, offset: number, end: number): number {
  if (bytes[offset] !== LETTER_H || end - offset < STATUS_LENGTH) return 0;
  if (decodeText(bytes, offset, offset + 7) !== "HTTP/1." || bytes[offset + 8] !== 0x20) return 0;
  let status = 0;
  for (let at = offset + STATUS_OFFSET; at < offset + STATUS_LENGTH; at++) {
    const digit = bytes[at] - DIGIT_0;
    if (digit < 0 || digit > 9) return 0;
    status = status * 10 + digit;
  }
  return status >= 100 && status < 600 ? status : 0;
}

/**
 * Returns the host that the response at `offset` redirects to, in the form of `normalizeHostName`; null if there is no
 * redirect, if it is to another path of the same host, or if this segment does not contain it. `bytes` is borrowed for the
 * call.
 */
export function readRedirectHost(bytes: Uint8Array, offset: number, end: number): string | null {
  const text = decodeText(bytes, offset, Math.min(end, offset + MAX_HEAD_LENGTH));
  for (const line of text.split("\r\n").slice(1)) {
    if (line === "") return null;
    const target = LOCATION.exec(line)?.[1];
    if (target === undefined) continue;
    const host = ABSOLUTE.exec(target)?.[1];
    return host === undefined ? null : normalizeHostName(host);
  }
  return null;
}
