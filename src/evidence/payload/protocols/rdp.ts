/**
 * RDP (MS-RDPBCGR, 2.2.1.1 and 2.2.1.2): an X.224 connection request in TPKT with a cookie or a negotiation, or the
 * confirmation. H.323, S7 and MMS also use TPKT.
 *
 *    0        2        4        5      6      8       10      11
 *   | 3 | 0 | length | length | code | dest | source | class | cookie or negotiation |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { Match, matchTexts } from "./text-reads.ts";

const TPKT = 3;
const REQUEST = 0xe0;
const CONFIRM = 0xd0;
const HEADER = 5;
const MIN_LENGTH = 19;
const MAX_LENGTH = 512;
const DATA = 11;
const TOKENS = ["Cookie: ", "\x01\x00\x08\x00", "\x01\x01\x08\x00", "\x01\x02\x08\x00", "\x01\x08\x08\x00"];
const RESPONSES = ["\x02", "\x03"];
/** A negotiation contains this length, little-endian, after its type and flags. */
const NEGOTIATION_LENGTH = [0x08, 0x00];

function classify(message: Message): Kind {
  const length = uint16At(message, 2);
  const code = byteAt(message, 5);
  if (byteAt(message, 1) > 0 || (length >= 0 && (length < MIN_LENGTH || length > MAX_LENGTH))) return Kind.NO;
  if (code < 0) return lacking(message);
  if (byteAt(message, 4) !== length - HEADER || (code !== REQUEST && code !== CONFIRM)) return Kind.NO;
  const match = matchTexts(message, DATA, code === REQUEST ? TOKENS : RESPONSES);
  if (match !== Match.YES) return match === Match.PART ? lacking(message) : Kind.NO;
  if (code === REQUEST) return Kind.ASKS;
  for (let i = 0; i < NEGOTIATION_LENGTH.length; i++) {
    const byte = byteAt(message, DATA + 2 + i);
    if (byte < 0) return lacking(message);
    if (byte !== NEGOTIATION_LENGTH[i]) return Kind.NO;
  }
  return Kind.ANSWERS;
}

export const rdp: Signature = { protocols: ["rdp"], transports: ["tcp"], firstBytes: [TPKT], classify };
