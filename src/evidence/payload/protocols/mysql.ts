/**
 * MySQL (Client/Server Protocol, Protocol::HandshakeV10 and ERR_Packet): the server sends first: its version as text, or an
 * error.
 *
 *    0        3     4
 *   | length | 0 | 10 | "8.0.36" 00 |      | length | 0 | ff | error | text |
 */

import type { Message } from "./flow-start.ts";
import { available, byteAt, lacking, uint16LittleEndianAt, uint24LittleEndianAt } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { isDigit, isPrintable } from "./text-reads.ts";

const MIN_LENGTH = 20;
const MAX_LENGTH = 300;
const HANDSHAKE = 10;
const ERROR = 0xff;
const FIRST_ERROR = 1000;
const LAST_ERROR = 4000;
const TEXT = 5;
const ERROR_TEXT = 7;
const ERROR_SAMPLE = 8;
const MAX_VERSION = 60;
const DOT = 0x2e;

function classify(message: Message): Kind {
  const length = uint24LittleEndianAt(message, 0);
  if (length >= 0 && (length < MIN_LENGTH || length > MAX_LENGTH)) return Kind.NO;
  const type = byteAt(message, 4);
  if (byteAt(message, 3) > 0) return Kind.NO;
  if (type < 0) return lacking(message);
  if (type === HANDSHAKE) return classifyVersion(message);
  if (type !== ERROR) return Kind.NO;
  const error = uint16LittleEndianAt(message, TEXT);
  if (available(message) < ERROR_TEXT + ERROR_SAMPLE) return lacking(message);
  const isError = error >= FIRST_ERROR && error <= LAST_ERROR;
  return isError && isPrintable(message, ERROR_TEXT, ERROR_TEXT + ERROR_SAMPLE) ? Kind.ANSWERS : Kind.NO;
}

/** Digits, a dot, digits, then text up to a zero byte. */
function classifyVersion(message: Message): Kind {
  let dots = 0;
  for (let at = TEXT; at < TEXT + MAX_VERSION; at++) {
    const byte = byteAt(message, at);
    if (byte < 0) return lacking(message);
    if (byte === 0) return dots > 0 ? Kind.ANSWERS : Kind.NO;
    if (byte === DOT && at > TEXT) dots++;
    else if (dots === 0 ? !isDigit(byte) : !isPrintable(message, at, at + 1)) return Kind.NO;
  }
  return Kind.NO;
}

export const mysql: Signature = {
  protocols: ["mysql"],
  transports: ["tcp"],
  firstBytes: null,
  classify,
};
