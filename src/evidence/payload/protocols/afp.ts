/**
 * AFP over the data stream interface (Apple, AFP Reference, "DSI header"): requests and replies with the same command and
 * number.
 *
 *    0       1         2        4              8        12
 *   | flags | command | number | offset, error | length | 0 |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, isZero, lacking, sameBytes, uint32At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const REQUEST = 0;
const REPLY = 1;
const HEADER = 16;
const RESERVED = 12;
const MAX_LENGTH = 1 << 20;
/** CloseSession, Command, GetStatus, OpenSession, Tickle, Write, Attention. */
const COMMANDS = [1, 2, 3, 4, 5, 6, 8];
const OPEN_SESSION = 4;
/** Beginning of the options of OpenSession: the quantum that the client accepts, in four bytes. */
const QUANTUM = [0x01, 0x04];
const SAME_LENGTH = 3;

function classify(message: Message): Kind {
  const command = byteAt(message, 1);
  if (command >= 0 && !COMMANDS.includes(command)) return Kind.NO;
  if (byteAt(message, HEADER - 1) < 0) return lacking(message);
  const length = uint32At(message, 8);
  if (length > MAX_LENGTH || !isZero(message, RESERVED, HEADER)) return Kind.NO;
  const isRequest = byteAt(message, 0) === REQUEST;
  if (isRequest && command === OPEN_SESSION && length > 0) {
    for (let i = 0; i < QUANTUM.length; i++) {
      const byte = byteAt(message, HEADER + i);
      if (byte < 0) return lacking(message);
      if (byte !== QUANTUM[i]) return Kind.NO;
    }
  }
  return isRequest ? Kind.MAY_ASK : Kind.MAY_ANSWER;
}

function agree(asking: Message, answering: Message): boolean {
  return sameBytes(asking, 1, answering, 1, SAME_LENGTH);
}

export const afp: Signature = {
  protocols: ["afp"],
  transports: ["tcp"],
  firstBytes: [REQUEST, REPLY],
  classify,
  agree,
};
