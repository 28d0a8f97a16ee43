/**
 * Detects in the first bytes of a TCP segment, without reassembling the stream, that a TLS handshake begins, begins again, or
 * was aborted (RFC 8446, 5.1 and 6). All functions examine `length` bytes at `offset` of `bytes` (borrowed).
 *
 *    0      1         3        5
 *   | type | version | length | alert: level, description; handshake: its type
 */
import { readUint16 } from "../../net/byte-reads.ts";

const CHANGE_CIPHER = 20;
const ALERT = 21;
const HANDSHAKE = 22;
const MAJOR_VERSION = 3;
const LENGTH_OFFSET = 3;
const RECORD_HEADER_LENGTH = 5;
const CHANGE_CIPHER_LENGTH = 6;
const ALERT_LENGTH = 2;
const FATAL = 2;
const CLIENT_HELLO = 1;

/** Whether a handshake begins, or an alert in place of one. */
export function beginsTls(bytes: Uint8Array, offset: number, length: number): boolean {
  if (length < RECORD_HEADER_LENGTH || bytes[offset + 1] !== MAJOR_VERSION) return false;
  return bytes[offset] === HANDSHAKE || bytes[offset] === ALERT;
}

/** Whether it is a ClientHello; a second one, after a HelloRetryRequest, may be preceded by a ChangeCipherSpec. */
export function beginsClientHello(bytes: Uint8Array, offset: number, length: number): boolean {
  const before = length > 0 && bytes[offset] === CHANGE_CIPHER ? CHANGE_CIPHER_LENGTH : 0;
  if (length < before + RECORD_HEADER_LENGTH + 1) return false;
  const start = offset + before;
  return (
    bytes[start] === HANDSHAKE &&
    bytes[start + 1] === MAJOR_VERSION &&
    bytes[start + RECORD_HEADER_LENGTH] === CLIENT_HELLO
  );
}

/** Returns the description of a fatal alert in clear text, or -1. */
export function fatalAlert(bytes: Uint8Array, offset: number, length: number): number {
  if (length < RECORD_HEADER_LENGTH + ALERT_LENGTH || bytes[offset] !== ALERT) return -1;
  if (bytes[offset + 1] !== MAJOR_VERSION) return -1;
  if (readUint16(bytes, offset + LENGTH_OFFSET) !== ALERT_LENGTH) return -1;
  const level = offset + RECORD_HEADER_LENGTH;
  return bytes[level] === FATAL ? bytes[level + 1] : -1;
}
