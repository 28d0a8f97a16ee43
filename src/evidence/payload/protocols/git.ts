/**
 * The git protocol (gitprotocol-pack): a packet line, which is four hexadecimal digits of length, with a command and the path
 * of the repository.
 */

import type { Message } from "./flow-start.ts";
import { available, byteAt, lacking } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";
import { Match, matchTexts } from "./text-reads.ts";

const ZERO = 0x30;
const DIGITS = 4;
const COMMANDS = ["git-upload-pack /", "git-receive-pack /", "git-upload-archive /"];

function classify(message: Message): Kind {
  const count = Math.min(available(message), DIGITS);
  for (let i = 0; i < count; i++) if (!isHexDigit(byteAt(message, i))) return Kind.NO;
  const match = matchTexts(message, DIGITS, COMMANDS);
  if (match === Match.YES) return Kind.ASKS;
  return match === Match.PART || count < DIGITS ? lacking(message) : Kind.NO;
}

function isHexDigit(byte: number): boolean {
  return (byte >= ZERO && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46);
}

export const git: Signature = {
  protocols: ["git"],
  transports: ["tcp"],
  // The length is at most 65,520 bytes, and that of a request is so short that it begins with 0 or 1.
  firstBytes: byteRange(ZERO, ZERO + 1),
  classify,
};
