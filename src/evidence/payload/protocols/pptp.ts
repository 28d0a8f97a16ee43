/** PPTP control connections (RFC 2637, 1.4 and 2): the magic number, and a request or a reply by type. */

import type { Message } from "./flow-start.ts";
import { lacking, uint16At, uint32At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const CONTROL = 1;
const MAGIC = 0x1a2b_3c4d;
const MIN_LENGTH = 12;
/** Start, stop, echo, outgoing call and incoming call. */
const REQUESTS = [1, 3, 5, 7, 9];
const REPLIES = [2, 4, 6, 8, 10];
const MAX_TYPE = 15;

function classify(message: Message): Kind {
  const length = uint16At(message, 0);
  if (length >= 0 && length < MIN_LENGTH) return Kind.NO;
  if (uint16At(message, 2) >= 0 && uint16At(message, 2) !== CONTROL) return Kind.NO;
  const magic = uint32At(message, 4);
  if (magic >= 0 && magic !== MAGIC) return Kind.NO;
  const type = uint16At(message, 8);
  if (type < 0) return lacking(message);
  if (REQUESTS.includes(type)) return type === 5 ? Kind.EITHER : Kind.ASKS;
  return type === 0 || type > MAX_TYPE ? Kind.NO : REPLIES.includes(type) ? Kind.ANSWERS : Kind.EITHER;
}

export const pptp: Signature = {
  protocols: ["pptp"],
  transports: ["tcp"],
  firstBytes: byteRange(0, 1),
  classify,
};
