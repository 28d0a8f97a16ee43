/**
 * Kerberos (RFC 4120, 5.4, 5.9 and 7.2): a message with an application tag that gives its type twice, preceded by its length
 * over TCP; and password changes (RFC 3244, 2), which have lengths and a version before an AP-REQ, on port 464 only. A realm
 * `LKDC:` or `WELLKNOWN:COM.APPLE.LKDC` belongs to a Mac's own key distribution centre.
 */

import type { ProductSign } from "../../../net/application-protocols.ts";
import { berLength, berValue } from "./ber.ts";
import type { Message } from "./flow-start.ts";
import { available, byteAt, hasPort, lacking, uint16At, uint32At } from "./message-reads.ts";
import { byteRange, Kind, type Signature } from "./signature.ts";
import { findWord } from "./text-reads.ts";

const LENGTH_OF_TCP = 4;
const MAX_LENGTH = 0x1_0000;
const APPLICATION = 0x60;
/** AS and TGS requests are 10 and 12, their replies 11 and 13; AP is 14 and 15; 20 to 22: SAFE, PRIV, CRED; 30: ERROR. */
const REQUESTS = [10, 12, 14];
const REPLIES = [11, 13, 15, 30];
const OTHERS = [20, 21, 22];
const SEQUENCE = 0x30;
const INTEGER = [0x03, 0x02, 0x01];
const VERSION = 5;
const FIRST_FIELD = 0xa0;
const SECOND_FIELD = 0xa1;
const PASSWORD_PORT = 464;
const PASSWORD_HEADER = 6;
const PASSWORD_VERSIONS = [0x0001, 0xff80];
const REALMS = ["LKDC:SHA1.", "WELLKNOWN:COM.APPLE.LKDC"];
/** Limit for the search for a realm, which precedes a ticket or is at the beginning of one. */
const SIGN_LIMIT = 512;

function start(message: Message): number {
  return message.isStream ? LENGTH_OF_TCP : 0;
}

function classify(message: Message): Kind {
  const at = start(message);
  const length = message.isStream ? uint32At(message, 0) : message.length;
  if (length < 0) return lacking(message);
  if (length < 16 || length > MAX_LENGTH) return Kind.NO;
  if (hasPort(message, PASSWORD_PORT)) {
    const kind = classifyPassword(message, at, length);
    if (kind !== Kind.NO) return kind;
  }
  const tag = byteAt(message, at) - APPLICATION;
  if (byteAt(message, at) < 0) return lacking(message);
  const isRequest = REQUESTS.includes(tag);
  if (!isRequest && !REPLIES.includes(tag) && !OTHERS.includes(tag)) return Kind.NO;
  const outer = berLength(message, at);
  if (outer < 0) return lacking(message);
  const sequence = berValue(message, at);
  if (sequence + outer !== at + length) return Kind.NO;
  const inner = berLength(message, sequence);
  if (inner < 0) return lacking(message);
  if (byteAt(message, sequence) !== SEQUENCE) return Kind.NO;
  const field = berValue(message, sequence);
  const first = byteAt(message, field);
  if (first >= 0 && first !== FIRST_FIELD && first !== SECOND_FIELD) return Kind.NO;
  for (let i = 0; i < INTEGER.length; i++) {
    const byte = byteAt(message, field + 1 + i);
    if (byte >= 0 && byte !== INTEGER[i]) return Kind.NO;
  }
  const version = byteAt(message, field + 1 + INTEGER.length);
  if (version < 0) return lacking(message);
  if (version !== VERSION) return Kind.NO;
  if (message.isStream && !message.isFull && available(message) < Math.min(at + length, SIGN_LIMIT))
    return Kind.MORE;
  return isRequest ? Kind.ASKS : REPLIES.includes(tag) ? Kind.ANSWERS : Kind.EITHER;
}

/** Length, version, length of the AP-REQ or AP-REP; an error has no AP-REP. */
function classifyPassword(message: Message, at: number, length: number): Kind {
  const version = uint16At(message, at + 2);
  const ticket = uint16At(message, at + 4);
  if (ticket < 0) return lacking(message);
  if (uint16At(message, at) !== length || !PASSWORD_VERSIONS.includes(version)) return Kind.NO;
  if (PASSWORD_HEADER + ticket > length) return Kind.NO;
  const tag = byteAt(message, at + PASSWORD_HEADER);
  if (tag < 0) return lacking(message);
  if (tag === APPLICATION + 14 && ticket > 0) return Kind.ASKS;
  return tag === APPLICATION + 15 || (tag === APPLICATION + 30 && ticket === 0) ? Kind.ANSWERS : Kind.NO;
}

function protocolOf(message: Message): "kerberos" | "kpasswd" {
  return PASSWORD_VERSIONS.includes(uint16At(message, start(message) + 2)) && hasPort(message, PASSWORD_PORT)
    ? "kpasswd"
    : "kerberos";
}

function signOf(message: Message): ProductSign | null {
  return REALMS.some((realm) => findWord(message, realm, SIGN_LIMIT) >= 0) ? "apple-lkdc" : null;
}

export const kerberos: Signature = {
  protocols: ["kerberos", "kpasswd"],
  transports: ["tcp", "udp"],
  firstBytes: [...byteRange(0, 0x08), ...byteRange(0x6a, 0x6f), 0x74, 0x75, 0x76, 0x7e],
  classify,
  protocolOf,
  signOf,
};
