/**
 * SMB 1 to 3 over TCP (MS-SMB, 2.2.3.1; MS-SMB2, 2.1, 2.2.1 and 2.2.41): a length, then `SMB` after a byte that gives the
 * variant. Encrypted or compressed messages do not show the sender.
 */

import type { Message } from "./flow-start.ts";
import { byteAt, lacking, uint24At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { Match, matchText } from "./text-reads.ts";

const SESSION_MESSAGE = 0x00;
const HEADER = 4;
const SMB_1 = 0xff;
const TRANSFORMED = [0xfd, 0xfc];
const MIN_LENGTH = 32;
const FLAGS_OF_1 = HEADER + 9;
const REPLY_OF_1 = 0x80;
const FLAGS_OF_2 = HEADER + 16;
const REPLY_OF_2 = 0x01;

function classify(message: Message): Kind {
  const length = uint24At(message, 1);
  if (length >= 0 && length < MIN_LENGTH) return Kind.NO;
  const version = byteAt(message, HEADER);
  if (version >= 0 && version < TRANSFORMED[1]) return Kind.NO;
  const name = matchText(message, HEADER + 1, "SMB");
  if (name === Match.NO) return Kind.NO;
  if (name === Match.PART) return lacking(message);
  if (TRANSFORMED.includes(version)) return Kind.EITHER;
  const isFirst = version === SMB_1;
  const flags = byteAt(message, isFirst ? FLAGS_OF_1 : FLAGS_OF_2);
  if (flags < 0) return lacking(message);
  return (flags & (isFirst ? REPLY_OF_1 : REPLY_OF_2)) === 0 ? Kind.ASKS : Kind.ANSWERS;
}

export const smb: Signature = {
  protocols: ["smb"],
  transports: ["tcp"],
  firstBytes: [SESSION_MESSAGE],
  classify,
};
