/**
 * NAT-PMP (RFC 6886, 3.2 and 3.3): messages of exact lengths on ports 5351 and 5350. Two zero bytes alone may be anything.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, isZero, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const PORT = 5351;
const CLIENT_PORT = 5350;
const VERSION = 0;
const RESPONSE = 128;
const REQUEST_LENGTHS = [2, 12, 12];
const RESPONSE_LENGTHS = [12, 16, 16];
/** An error may omit the remaining fields. */
const MIN_ERROR = 8;
const MAX_RESULT = 5;

function classify(message: Message): Kind {
  if (!hasPort(message, PORT) && !hasPort(message, CLIENT_PORT)) return Kind.NO;
  const code = byteAt(message, 1);
  if (code < RESPONSE) {
    if (message.length !== REQUEST_LENGTHS[code]) return Kind.NO;
    return code === 0 || isZero(message, 2, 4) ? Kind.ASKS : Kind.NO;
  }
  const result = uint16At(message, 2);
  if (result < 0 || result > MAX_RESULT) return Kind.NO;
  const isError = result > 0 && message.length === MIN_ERROR;
  return isError || message.length === RESPONSE_LENGTHS[code - RESPONSE] ? Kind.ANSWERS : Kind.NO;
}

export const natPmp: Signature = {
  protocols: ["nat-pmp"],
  transports: ["udp"],
  firstBytes: [VERSION],
  classify,
};
