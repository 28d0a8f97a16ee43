/**
 * TFTP requests (RFC 1350, 5; RFC 2347): a file name, a zero byte, and one of three modes. The transfer itself, from another
 * port, cannot be recognised.
 */

import type { Message } from "./flow-start.ts";
import { available, byteAt, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { isPrintable, Match, matchWords } from "./text-reads.ts";

const READ = 1;
const WRITE = 2;
const NAME = 2;
const MODES = ["NETASCII\0", "OCTET\0", "MAIL\0"];

function classify(message: Message): Kind {
  const operation = uint16At(message, 0);
  if (operation !== READ && operation !== WRITE) return Kind.NO;
  const count = available(message);
  let end = NAME;
  while (end < count && byteAt(message, end) !== 0) end++;
  if (end === NAME || !isPrintable(message, NAME, end)) return Kind.NO;
  return matchWords(message, end + 1, MODES) === Match.YES ? Kind.ASKS : Kind.NO;
}

export const tftp: Signature = { protocols: ["tftp"], transports: ["udp"], firstBytes: [0x00], classify };
