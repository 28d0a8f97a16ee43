/**
 * TACACS+ (RFC 8907, 4.1): a request has an odd number, and the answer the next one, with the same session.
 *
 *    0         1      2          3       4         8
 *   | version | type | sequence | flags | session | length |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking, sameBytes, uint32At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

const HEADER = 12;
const MAX_TYPE = 3;
const FLAGS = [0, 1, 4, 5];
const MAX_LENGTH = 0x1_0000;
const SEQUENCE = 2;
const SESSION = 4;
const SESSION_LENGTH = 4;

function classify(message: Message): Kind {
  const type = byteAt(message, 1);
  if (type === 0 || type > MAX_TYPE) return Kind.NO;
  if (byteAt(message, HEADER - 1) < 0) return lacking(message);
  const length = uint32At(message, 8);
  if (!FLAGS.includes(byteAt(message, 3)) || length > MAX_LENGTH || length === 0) return Kind.NO;
  return (byteAt(message, SEQUENCE) & 1) === 1 ? Kind.MAY_ASK : Kind.MAY_ANSWER;
}

function agree(asking: Message, answering: Message): boolean {
  return (
    byteAt(answering, SEQUENCE) === byteAt(asking, SEQUENCE) + 1 &&
    byteAt(answering, 1) === byteAt(asking, 1) &&
    sameBytes(asking, SESSION, answering, SESSION, SESSION_LENGTH)
  );
}

export const tacacs: Signature = {
  protocols: ["tacacs"],
  transports: ["tcp"],
  firstBytes: byteRange(0xc0, 0xc1),
  classify,
  agree,
};
