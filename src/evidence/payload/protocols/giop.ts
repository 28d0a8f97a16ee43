/** GIOP of CORBA (CORBA 3, 15.4.1): its name, a version, flags and a type, which identifies the sender. */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { Match, matchText } from "./text-reads.ts";

const NAME = "GIOP\x01";
const MAX_MINOR = 4;
const TYPE = 7;
/** Request, CancelRequest, LocateRequest; Reply, LocateReply. */
const REQUESTS = [0, 2, 3];
const REPLIES = [1, 4];
const MAX_TYPE = 7;

function classify(message: Message): Kind {
  const match = matchText(message, 0, NAME);
  const type = byteAt(message, TYPE);
  if (match === Match.NO || byteAt(message, NAME.length) > MAX_MINOR || type > MAX_TYPE) return Kind.NO;
  if (type < 0) return lacking(message);
  return REQUESTS.includes(type) ? Kind.ASKS : REPLIES.includes(type) ? Kind.ANSWERS : Kind.EITHER;
}

export const giop: Signature = { protocols: ["giop"], transports: ["tcp"], firstBytes: [0x47], classify };
