/**
 * The records that TLS over TCP is split into (RFC 8446, 5.1; RFC 5246, 6.2.1). A handshake message may span records, and a
 * record may end anywhere in it.
 *
 *    0    1         3        5
 *   | 22 | version | length | part of a handshake message
 */
import { readUint16 } from "../../net/byte-reads.ts";
import {
  CLIENT_HELLO,
  type ClientHello,
  HANDSHAKE_HEADER_LENGTH,
  measureClientHello,
  readClientHello,
} from "./tls-client-hello.ts";

const RECORD_HEADER_LENGTH = 5;
const VERSION_OFFSET = 1;
const LENGTH_OFFSET = 3;
const HANDSHAKE = 22;
/** The type of a ServerHello (RFC 8446, 4). */
export const SERVER_HELLO = 2;
/** Used from SSL 3.0 to TLS 1.3: the second byte does not show the protocol version then (RFC 8446, 5.1). */
const VERSION_MAJOR = 3;
const MAX_VERSION_MINOR = 4;
/** Maximum number of bytes in an unencrypted record (RFC 8446, 5.1). */
const MAX_RECORD_LENGTH = 16_384;

/** Whether the available part of `bytes[offset..end)` begins like records with a ClientHello. Borrowed. */
export function mayBeginClientHello(bytes: Uint8Array, offset: number, end: number): boolean {
  if (offset >= end || !isHandshakeRecord(bytes, offset, end)) return false;
  return end - offset <= RECORD_HEADER_LENGTH || bytes[offset + RECORD_HEADER_LENGTH] === CLIENT_HELLO;
}

/** Whether a server's first record is at `offset`: the ClientHello that it answers may arrive late. Borrowed. */
export function isServerHello(bytes: Uint8Array, offset: number, end: number): boolean {
  if (end - offset <= RECORD_HEADER_LENGTH || !isHandshakeRecord(bytes, offset, end)) return false;
  return bytes[offset + RECORD_HEADER_LENGTH] === SERVER_HELLO;
}

/**
 * Reads the available part of the ClientHello in the records at `offset`; null if it is not one. `isWhole` shows whether more
 * bytes could add to it. `bytes` is borrowed for the call.
 */
export function readTlsClientHello(bytes: Uint8Array, offset: number, end: number): ClientHello | null {
  if (!mayBeginClientHello(bytes, offset, end)) return null;
  const message = offset + RECORD_HEADER_LENGTH;
  if (end < message) return readClientHello(bytes, end, end);
  const recordEnd = message + readUint16(bytes, offset + LENGTH_OFFSET);
  const length = measureClientHello(bytes, message, Math.min(end, recordEnd));
  const isInOneRecord = recordEnd >= end || (length > 0 && message + length <= recordEnd);
  if (length < 0 || isInOneRecord) return readClientHello(bytes, message, end);
  return readJoined(bytes, offset, end);
}

/** Reads a ClientHello that does not end in its first record. */
function readJoined(bytes: Uint8Array, offset: number, end: number): ClientHello | null {
  const { joined, isBroken } = joinHandshake(bytes, offset, end, (length, part) => {
    const needed = length < HANDSHAKE_HEADER_LENGTH ? 0 : measureClientHello(part, 0, length);
    return needed < 0 || (needed > 0 && length >= needed);
  });
  const hello = readClientHello(joined, 0, joined.length);
  return hello !== null && isBroken ? { ...hello, isWhole: true } : hello;
}

/** Parts of handshake messages from consecutive records. Owned. */
export interface JoinedHandshake {
  readonly joined: Uint8Array;
  /** Something other than such a record follows: nothing can be added. */
  readonly isBroken: boolean;
}

/**
 * Joins the contents of the handshake records at `offset`, as far as available. `bytes` is borrowed for the call.
 *
 * @param isEnough called after each record with the contents so far, the first `length` bytes of `joined`
 */
export function joinHandshake(
  bytes: Uint8Array,
  offset: number,
  end: number,
  isEnough: (length: number, joined: Uint8Array) => boolean = () => false,
): JoinedHandshake {
  const joined = new Uint8Array(end - offset);
  let length = 0;
  let cursor = offset;
  let isBroken = false;
  while (cursor < end) {
    isBroken = !isHandshakeRecord(bytes, cursor, end);
    if (isBroken || end - cursor < RECORD_HEADER_LENGTH) break;
    const part = cursor + RECORD_HEADER_LENGTH;
    cursor = part + readUint16(bytes, cursor + LENGTH_OFFSET);
    joined.set(bytes.subarray(part, Math.min(end, cursor)), length);
    length += Math.min(end, cursor) - part;
    if (isEnough(length, joined)) break;
  }
  return { joined: joined.subarray(0, length), isBroken };
}

/** Whether the available part of the header at `offset` is that of a record with a part of a handshake. */
function isHandshakeRecord(bytes: Uint8Array, offset: number, end: number): boolean {
  if (bytes[offset] !== HANDSHAKE) return false;
  const available = end - offset;
  if (available > VERSION_OFFSET && bytes[offset + VERSION_OFFSET] !== VERSION_MAJOR) return false;
  if (available > VERSION_OFFSET + 1 && bytes[offset + VERSION_OFFSET + 1] > MAX_VERSION_MINOR) return false;
  if (available < RECORD_HEADER_LENGTH) return true;
  const length = readUint16(bytes, offset + LENGTH_OFFSET);
  return length > 0 && length <= MAX_RECORD_LENGTH;
}
