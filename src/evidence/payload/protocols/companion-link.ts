/**
 * Companion Link (pyatv, protocols/companion): frames with a type, a three-byte length and an OPACK dictionary. TPKT, DCE/RPC
 * and SOCKS 4 begin with similar bytes, so it counts only on a port that an SRV record announces for it.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking, uint24At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";

/** Pairing is set up with 3 and 4, and verified with 5 and 6. */
const ASKING = [3, 5];
const MAX_LENGTH = 0x4000;
const FIRST_DICTIONARY = 0xe0;
const LAST_DICTIONARY = 0xef;

function classify(message: Message): Kind {
  const length = uint24At(message, 1);
  const dictionary = byteAt(message, 4);
  if (length === 0 || length > MAX_LENGTH) return Kind.NO;
  if (dictionary < 0) return lacking(message);
  if (dictionary < FIRST_DICTIONARY || dictionary > LAST_DICTIONARY) return Kind.NO;
  return ASKING.includes(byteAt(message, 0)) ? Kind.MAY_ASK : Kind.MAY_ANSWER;
}

function agree(asking: Message, answering: Message): boolean {
  return byteAt(answering, 0) === byteAt(asking, 0) + 1;
}

/** Tried only if `FlowStart.announced` names it. */
export const companionLink: Signature = {
  protocols: ["companion-link"],
  transports: ["tcp"],
  firstBytes: byteRange(3, 6),
  classify,
  agree,
};
