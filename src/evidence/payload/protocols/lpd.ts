/** LPD (RFC 1179, 5.2): `Receive a printer job` with the name of a queue and a line feed, answered by a single zero byte. */

import type { Message } from "./flow-start.ts";
import { available, byteAt, lacking } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { isPrintable, lineEnd } from "./text-reads.ts";

const RECEIVE_JOB = 2;
const ACKNOWLEDGED = 0;
const MAX_QUEUE_NAME = 64;

function classify(message: Message): Kind {
  const first = byteAt(message, 0);
  // Each zero byte acknowledges one more file or command.
  if (first === ACKNOWLEDGED)
    return byteAt(message, 1) <= 0 && byteAt(message, 3) <= 0 ? Kind.MAY_ANSWER : Kind.NO;
  const end = lineEnd(message, 1, MAX_QUEUE_NAME);
  const count = Math.min(available(message), MAX_QUEUE_NAME);
  if (!isPrintable(message, 1, end < 0 ? count : end)) return Kind.NO;
  if (end < 0) return count < MAX_QUEUE_NAME ? lacking(message) : Kind.NO;
  return end > 1 ? Kind.MAY_ASK : Kind.NO;
}

export const lpd: Signature = {
  protocols: ["lpd"],
  transports: ["tcp"],
  firstBytes: [ACKNOWLEDGED, RECEIVE_JOB],
  classify,
};
