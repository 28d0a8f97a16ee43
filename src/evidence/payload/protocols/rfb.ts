/**
 * RFB (RFC 6143, 7.1.1): `RFB 003.008` and a line feed. The server sends first, and the client repeats a version. The meaning
 * of versions is determined elsewhere (`rfb-banner.ts`).
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { isDigit, Match, matchText } from "./text-reads.ts";

const START = "RFB 00";
const LENGTH = 12;
const DOT_AT = 7;
const DOT = 0x2e;
const LINE_FEED = 0x0a;

function classify(message: Message): Kind {
  const match = matchText(message, 0, START);
  if (match !== Match.YES) return match === Match.PART ? lacking(message) : Kind.NO;
  for (let at = START.length; at < LENGTH; at++) {
    const byte = byteAt(message, at);
    if (byte < 0) return lacking(message);
    if (at === DOT_AT ? byte !== DOT : at === LENGTH - 1 ? byte !== LINE_FEED : !isDigit(byte))
      return Kind.NO;
  }
  return message.isBeginning ? Kind.ANSWERS : Kind.EITHER;
}

export const rfb: Signature = {
  protocols: ["rfb"],
  transports: ["tcp"],
  firstBytes: [0x52],
  classify,
};
