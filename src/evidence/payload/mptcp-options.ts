/**
 * The options that mark a connection as one of several subflows (RFC 8684, 3.1 and 3.2; RFC 6824 for version 0): a server
 * accepts a session with its key, and another subflow joins the session by the token derived from the key.
 *
 *    0    1        2         (bits)    3       4
 *   | 30 | length | subtype | version | flags | key (8 bytes)                      MP_CAPABLE in a SYN+ACK
 *   | 30 | length | subtype | flags   | ID    | token (4) | random number (4)      MP_JOIN in a SYN
 */
import { createHash } from "node:crypto";
import { readUint32 } from "../../net/byte-reads.ts";

/** Kinds of options (RFC 9293, 3.1; RFC 8684, 3). */
const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;
const MULTIPATH = 30;

const SUBTYPE_OFFSET = 2;
const CONTENT_OFFSET = 4;
const MP_CAPABLE = 0;
const MP_JOIN = 1;
/** Length of the option in a SYN+ACK, and in a SYN. */
const KEY_OPTION_LENGTH = 12;
const JOIN_OPTION_LENGTH = 12;
/** Two bytes: kind and length. */
const MIN_OPTION_LENGTH = 2;

/** There is no such option, or it is incomplete. */
export const NO_TOKEN = -1;

/**
 * Returns the token (unsigned, 32 bits) of the session that a SYN+ACK with the options `bytes[offset..end)` (borrowed)
 * accepts, derived from the server's key. Else `NO_TOKEN`.
 *
 * @example acceptedToken(packet.bytes, packet.transportOffset + 20, packet.payloadOffset)
 */
export function acceptedToken(bytes: Uint8Array, offset: number, end: number): number {
  const option = findMultipath(bytes, offset, end, MP_CAPABLE, KEY_OPTION_LENGTH);
  if (option < 0) return NO_TOKEN;
  const version = bytes[option + SUBTYPE_OFFSET] & 0x0f;
  if (version > 1) return NO_TOKEN;
  const key = bytes.subarray(option + CONTENT_OFFSET, option + KEY_OPTION_LENGTH);
  return createHash(version === 0 ? "sha1" : "sha256")
    .update(key)
    .digest()
    .readUInt32BE(0);
}

/** Returns the token of the session that a SYN with these options (borrowed) joins, or `NO_TOKEN`. */
export function joinedToken(bytes: Uint8Array, offset: number, end: number): number {
  const option = findMultipath(bytes, offset, end, MP_JOIN, JOIN_OPTION_LENGTH);
  return option < 0 ? NO_TOKEN : readUint32(bytes, option + CONTENT_OFFSET);
}

/** Offset of the option with a subtype and a length, or -1. */
function findMultipath(
  bytes: Uint8Array,
  offset: number,
  end: number,
  subtype: number,
  wanted: number,
): number {
  let cursor = offset;
  while (cursor + MIN_OPTION_LENGTH <= end) {
    const kind = bytes[cursor];
    if (kind === END_OF_OPTIONS) return -1;
    if (kind === NO_OPERATION) {
      cursor++;
      continue;
    }
    const length = bytes[cursor + 1];
    if (length < MIN_OPTION_LENGTH || cursor + length > end) return -1;
    if (kind === MULTIPATH && length === wanted && bytes[cursor + SUBTYPE_OFFSET] >> 4 === subtype) {
      return cursor;
    }
    cursor += length;
  }
  return -1;
}
