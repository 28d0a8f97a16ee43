/**
 * lockdownd of iPhones and iPads (pymobiledevice3): a length and a property list, on port 62078. XMPP begins similarly, but
 * without a length.
 */

import type { Message } from "./flow-start.ts";
import { hasPort, lacking, uint32At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { Match, matchTexts } from "./text-reads.ts";

const PORT = 62_078;
const LENGTH_SIZE = 4;
const MIN_LENGTH = 16;
const MAX_LENGTH = 0xff_ffff;
const LISTS = ["<?xml ", "bplist00"];

function classify(message: Message): Kind {
  if (!hasPort(message, PORT)) return Kind.NO;
  const length = uint32At(message, 0);
  if (length < 0) return lacking(message);
  if (length < MIN_LENGTH || length > MAX_LENGTH) return Kind.NO;
  const match = matchTexts(message, LENGTH_SIZE, LISTS);
  if (match !== Match.YES) return match === Match.PART ? lacking(message) : Kind.NO;
  return message.destinationPort === PORT ? Kind.ASKS : Kind.ANSWERS;
}

export const lockdownd: Signature = {
  protocols: ["lockdownd"],
  transports: ["tcp"],
  firstBytes: [0x00],
  classify,
};
