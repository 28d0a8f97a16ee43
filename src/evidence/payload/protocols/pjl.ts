/**
 * Print jobs: the Universal Exit Language or `@PJL` (HP, PJL Technical Reference Manual, 2) on any port; PostScript, PCL and
 * AirPrint raster are also common files, so they count only on port 9100.
 */

import type { Message } from "./flow-start.ts";
import { hasPort, lacking } from "./message-reads.ts";
import { initials, Kind, type Signature } from "./signature.ts";
import { Match, matchTexts } from "./text-reads.ts";

const TEXTS = ["\x1b%-12345X", "@PJL "];
const FILES = ["%!PS", "\x1bE\x1b", "UNIRAST\0"];
const PORT = 9100;

function classify(message: Message): Kind {
  const isPort = hasPort(message, PORT);
  const match = matchTexts(message, 0, TEXTS);
  const file = isPort ? matchTexts(message, 0, FILES) : Match.NO;
  if (match === Match.YES || file === Match.YES) return Kind.ASKS;
  return match === Match.PART || file === Match.PART ? lacking(message) : Kind.NO;
}

export const pjl: Signature = {
  protocols: ["pjl"],
  transports: ["tcp"],
  firstBytes: initials([...TEXTS, ...FILES]),
  classify,
};
