/** Xgrid: the BEEP greeting (RFC 3080, 2.2 and 2.3.1.1) with its own profile; other programs use BEEP, too. */

import type { Message } from "./flow-start.ts";
import { available } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { findWord, Match, matchText } from "./text-reads.ts";

const GREETING = "RPY 0 0 . 0 ";
const PROFILE = "/BEEP/XGRID/";
const LIMIT = 512;

function classify(message: Message): Kind {
  const match = matchText(message, 0, GREETING);
  if (match === Match.NO) return Kind.NO;
  if (match === Match.YES && findWord(message, PROFILE, LIMIT) >= 0) return Kind.EITHER;
  return message.isFull || available(message) >= LIMIT ? Kind.NO : Kind.MORE;
}

export const xgrid: Signature = { protocols: ["xgrid"], transports: ["tcp"], firstBytes: [0x52], classify };
