/**
 * QUIC (RFC 9000, 17.2 and 14.1; RFC 9369, 3; RFC 8999, 6), by long headers, and Google's earlier QUIC, by version and
 * connection id. A client's Initial is in a datagram of at least 1,200 bytes and has a destination id of at least 8 bytes
 * (RFC 9000, 7.2). Short headers cannot be recognised.
 */

import { MIN_INITIAL_DATAGRAM_LENGTH, readVarint, varintLength } from "../quic-packets.ts";
import type { Message } from "./flow-start.ts";
import { available, byteAt, isZero, uint32At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";
import { isDigit, Match, matchTexts } from "./text-reads.ts";

const VERSION_1 = 1;
const VERSION_2 = 0x6b33_43cf;
/** Drafts of version 2, with the same types. */
const VERSION_2_DRAFT = 0x709a_50c4;
/** The first version in which each id has its own length byte. */
const FIRST_DRAFT = 0xff00_0016;
const LAST_DRAFT = 0xff00_0022;
/** Facebook's own versions: `face b0 0x`. */
const FACEBOOK = 0xface_b000;
const FACEBOOK_MASK = 0xffff_fff0;
/** Versions that are never used and force servers to answer with their list (RFC 9000, 15). */
const GREASE_MASK = 0x0f0f_0f0f;
const GREASE = 0x0a0a_0a0a;
const MAX_ID_LENGTH = 20;
const MIN_CLIENT_ID_LENGTH = 8;
const DESTINATION = 5;
const INITIAL_OF_V1 = 0;
const RETRY_OF_V1 = 3;
const MIN_LENGTH = 20;

const GOOGLE_FLAGS = 0x09;
const GOOGLE_VERSION = 9;
const GOOGLE_VERSIONS = ["Q0", "T0"];
/** Google's last version with its own long header: flags for the presence of the two 8-byte ids. */
const GOOGLE_46 = 0x5130_3436;
const CLIENT_IDS = 0x50;
const SERVER_IDS = 0x05;

function classify(message: Message): Kind {
  const first = byteAt(message, 0);
  if ((first & 0xc0) === 0xc0) return classifyLong(message, first);
  return (first & 0xc9) === GOOGLE_FLAGS && isGoogle(message, GOOGLE_VERSION) ? Kind.ASKS : Kind.NO;
}

function classifyLong(message: Message, first: number): Kind {
  const version = uint32At(message, 1);
  const destination = byteAt(message, DESTINATION);
  if (version === GOOGLE_46) {
    return destination === CLIENT_IDS ? Kind.ASKS : destination === SERVER_IDS ? Kind.ANSWERS : Kind.NO;
  }
  if (destination < 0 || destination > MAX_ID_LENGTH) return Kind.NO;
  const source = DESTINATION + 1 + destination;
  const sourceLength = byteAt(message, source);
  if (sourceLength < 0 || sourceLength > MAX_ID_LENGTH) return Kind.NO;
  const rest = source + 1 + sourceLength;
  if (version === 0) return isVersionList(message, rest) ? Kind.ANSWERS : Kind.NO;
  const isSecond = version === VERSION_2 || version === VERSION_2_DRAFT;
  const isGrease = (version & GREASE_MASK) >>> 0 === GREASE;
  if (!isSecond && !isGrease && !isKnown(message, version)) return Kind.NO;
  const type = ((first >> 4) - (isSecond ? 1 : 0)) & 3;
  if (type === RETRY_OF_V1) return message.length > rest + 16 ? Kind.ANSWERS : Kind.NO;
  const length = remainder(message, rest, type === INITIAL_OF_V1);
  if (length < MIN_LENGTH || length > message.length) return Kind.NO;
  if (type !== INITIAL_OF_V1) return Kind.EITHER;
  const isClient = message.length >= MIN_INITIAL_DATAGRAM_LENGTH && destination >= MIN_CLIENT_ID_LENGTH;
  return isClient ? Kind.ASKS : isGrease ? Kind.NO : Kind.ANSWERS;
}

function isKnown(message: Message, version: number): boolean {
  if (version === VERSION_1 || (version >= FIRST_DRAFT && version <= LAST_DRAFT)) return true;
  return (version & FACEBOOK_MASK) >>> 0 === FACEBOOK || isGoogle(message, 1);
}

/** `Q050`, `T051`. */
function isGoogle(message: Message, at: number): boolean {
  const isNamed = matchTexts(message, at, GOOGLE_VERSIONS) === Match.YES;
  return isNamed && isDigit(byteAt(message, at + 2)) && isDigit(byteAt(message, at + 3));
}

/** The length field after the token, or -1 if the two do not fit into the datagram. */
function remainder(message: Message, at: number, hasToken: boolean): number {
  const { bytes, end } = message;
  let cursor = message.offset + at;
  if (hasToken) {
    const token = readVarint(bytes, cursor, end);
    if (token < 0) return -1;
    cursor += varintLength(bytes[cursor]) + token;
  }
  const length = readVarint(bytes, cursor, end);
  if (length < 0) return -1;
  const start = cursor + varintLength(bytes[cursor]) - message.offset;
  return start + length <= message.length ? length : -1;
}

function isVersionList(message: Message, at: number): boolean {
  const count = message.length - at;
  if (count < 4 || count % 4 !== 0 || available(message) < message.length) return false;
  for (let i = at; i < message.length; i += 4) if (isZero(message, i, i + 4)) return false;
  return true;
}

export const quic: Signature = {
  protocols: ["quic"],
  transports: ["udp"],
  firstBytes: [
    ...byteRange(0xc0, 0xff),
    ...byteRange(0x09, 0x3f).filter((byte) => (byte & GOOGLE_FLAGS) === GOOGLE_FLAGS),
  ],
  classify,
};
