/**
 * PostgreSQL (documentation, 55.2 and 55.7): a startup message with its length and version 3, or a request for TLS, for
 * GSSAPI, or to cancel.
 */

import type { Message } from "./flow-start.ts";
import { lacking, uint32At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";
import { Match, matchTexts } from "./text-reads.ts";

const SSL = 80_877_103;
const GSSAPI = 80_877_104;
const CANCEL = 80_877_102;
const LENGTHS: Readonly<Record<number, number>> = { [SSL]: 8, [GSSAPI]: 8, [CANCEL]: 16 };
const FIRST_VERSION = 0x3_0000;
const LAST_VERSION = 0x3_ffff;
const MIN_LENGTH = 15;
const MAX_LENGTH = 10_000;
const PARAMETERS = [
  "user\0",
  "database\0",
  "application_name\0",
  "client_encoding\0",
  "options\0",
  "replication\0",
  "_pq_.",
];

function classify(message: Message): Kind {
  const length = uint32At(message, 0);
  if (length >= 0 && (length < 8 || length > MAX_LENGTH)) return Kind.NO;
  const code = uint32At(message, 4);
  if (code < 0) return lacking(message);
  if (code in LENGTHS) return LENGTHS[code] === length ? Kind.ASKS : Kind.NO;
  if (code < FIRST_VERSION || code > LAST_VERSION || length < MIN_LENGTH) return Kind.NO;
  const match = matchTexts(message, 8, PARAMETERS);
  if (match === Match.YES) return Kind.ASKS;
  return match === Match.PART ? lacking(message) : Kind.NO;
}

export const postgresql: Signature = {
  protocols: ["postgresql"],
  transports: ["tcp"],
  firstBytes: [0x00],
  classify,
};
