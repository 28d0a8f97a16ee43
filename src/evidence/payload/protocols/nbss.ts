/**
 * The NetBIOS session service (RFC 1002, 4.3): a request with the names of both ends, which the other side accepts or
 * rejects.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, isZero, lacking, uint24At } from "./message-reads.ts";
import { classifyNetbiosName } from "./netbios-names.ts";
import { Kind, type Signature } from "./signature.ts";

const REQUEST = 0x81;
const POSITIVE = 0x82;
const NEGATIVE = 0x83;
const HEADER = 4;
const MIN_REQUEST = 68;

function classify(message: Message): Kind {
  const first = byteAt(message, 0);
  const length = uint24At(message, 1);
  if (length < 0) return lacking(message);
  if (first === POSITIVE) return isZero(message, 1, HEADER) ? Kind.MAY_ANSWER : Kind.NO;
  if (first === NEGATIVE) return length === 1 ? Kind.MAY_ANSWER : Kind.NO;
  if (length < MIN_REQUEST || length > 0x1_ffff) return Kind.NO;
  const name = classifyNetbiosName(message, HEADER);
  return name === Kind.EITHER ? Kind.ASKS : name;
}

export const nbss: Signature = {
  protocols: ["nbss"],
  transports: ["tcp"],
  firstBytes: [REQUEST, POSITIVE, NEGATIVE],
  classify,
};
