/**
 * Modbus/TCP (Modbus Messaging on TCP/IP 1.0b, 3.1.3): a response repeats the request's numbers, unit and function; an error
 * sets the top bit of the function.
 *
 *    0             2          4        6      7
 *   | transaction | protocol | length | unit | function |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, isZero, lacking, sameBytes, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const FUNCTION = 7;
const FUNCTIONS = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 15, 16, 17, 20, 21, 22, 23, 24, 43];
const ERROR = 0x80;
const MAX_LENGTH = 254;
/** Functions with single values: the length is the same in both directions. */
const FIXED = [1, 2, 3, 4, 5, 6, 8];
const FIXED_LENGTH = 6;
const SAME_LENGTH = 4;

function classify(message: Message): Kind {
  const protocol = uint16At(message, 2);
  const length = uint16At(message, 4);
  const code = byteAt(message, FUNCTION);
  if (protocol > 0 || (length >= 0 && (length < 2 || length > MAX_LENGTH))) return Kind.NO;
  if (code < 0) return lacking(message);
  return FUNCTIONS.includes(code & ~ERROR) && isZero(message, 2, 4) ? Kind.MAY_BE : Kind.NO;
}

/** Both may be either; the first one is the request. */
function agree(asking: Message, answering: Message): boolean {
  const code = byteAt(asking, FUNCTION);
  if (
    code >= ERROR ||
    (byteAt(answering, FUNCTION) & ~ERROR) !== code ||
    byteAt(asking, 6) !== byteAt(answering, 6)
  ) {
    return false;
  }
  return (
    sameBytes(asking, 0, answering, 0, SAME_LENGTH) &&
    (!FIXED.includes(code) || uint16At(asking, 4) === FIXED_LENGTH)
  );
}

export const modbus: Signature = {
  protocols: ["modbus"],
  transports: ["tcp"],
  firstBytes: null,
  classify,
  agree,
};
