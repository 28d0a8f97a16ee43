/**
 * LDAP (RFC 4511, 4.1.1 and 4.2): a sequence of a message number and an operation. SNMP and Kerberos are BER, too: SNMP has a
 * version in place of the number, Kerberos has none. In datagrams (CLDAP, RFC 1798; MS-ADTS, 6.3.3) only on port 389.
 */

import { berLength, berValue } from "./ber.ts";
import type { Message } from "./flow-start.ts";
import { byteAt, hasPort, lacking } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const ENUMERATED = 0x0a;
const MAX_INTEGER = 4;
const BIND_REQUEST = 0x60;
const BIND_RESPONSE = 0x61;
const UNBIND = 0x42;
const SEARCH_REQUEST = 0x63;
const SEARCH_ENTRY = 0x64;
const SEARCH_DONE = 0x65;
const ABANDON = 0x50;
const DELETE_REQUEST = 0x4a;
const EXTENDED_REQUEST = 0x77;
/** Requests other than bind: search, modify, add, modify name, compare. */
const REQUESTS = [SEARCH_REQUEST, 0x66, 0x68, 0x6c, 0x6e, DELETE_REQUEST, EXTENDED_REQUEST];
/** Responses with a result: of bind, of search, and of all others. */
const RESULTS = [BIND_RESPONSE, SEARCH_DONE, 0x67, 0x69, 0x6b, 0x6d, 0x6f, 0x78];
const MAX_VERSION = 3;
const MAX_RESULT = 123;
const PORT = 389;
const OBJECT_NAME = 0x04;
/** Tag in an extended request. */
const REQUEST_NAME = 0x80;

function classify(message: Message): Kind {
  if (!message.isStream && !hasPort(message, PORT)) return Kind.NO;
  const length = berLength(message, 0);
  const number = berValue(message, 0);
  const size = byteAt(message, number + 1);
  if (byteAt(message, number) > 0 && byteAt(message, number) !== INTEGER) return Kind.NO;
  if (size > MAX_INTEGER || size === 0) return Kind.NO;
  const operation = number + 2 + size;
  const tag = byteAt(message, operation);
  const inner = berLength(message, operation);
  const value = berValue(message, operation);
  const next = byteAt(message, value);
  if (tag === UNBIND || tag === ABANDON)
    return length === operation + (tag === UNBIND ? 2 : 3) - number ? Kind.MAY_ASK : Kind.NO;
  if (length < 0 || tag < 0 || inner < 0 || byteAt(message, value + 2) < 0) return lacking(message);
  if (value + inner > number + length || inner === 0) return Kind.NO;
  if (!message.isStream && number + length !== message.length && tag !== SEARCH_ENTRY) return Kind.NO;
  if (tag === BIND_REQUEST) return next === INTEGER && isVersion(message, value) ? Kind.ASKS : Kind.NO;
  if (tag === SEARCH_ENTRY) return next === OBJECT_NAME ? Kind.ANSWERS : Kind.NO;
  if (RESULTS.includes(tag)) return next === ENUMERATED && isResult(message, value) ? Kind.ANSWERS : Kind.NO;
  if (!REQUESTS.includes(tag)) return Kind.NO;
  if (tag === EXTENDED_REQUEST) return next === REQUEST_NAME ? Kind.ASKS : Kind.NO;
  return tag === DELETE_REQUEST || next === OBJECT_NAME ? Kind.ASKS : Kind.NO;
}

function isVersion(message: Message, at: number): boolean {
  const version = byteAt(message, at + 2);
  return byteAt(message, at + 1) === 1 && version >= 1 && version <= MAX_VERSION;
}

function isResult(message: Message, at: number): boolean {
  return byteAt(message, at + 1) === 1 && byteAt(message, at + 2) <= MAX_RESULT;
}

export const ldap: Signature = {
  protocols: ["ldap", "cldap"],
  transports: ["tcp", "udp"],
  firstBytes: [SEQUENCE],
  classify,
  protocolOf: (message) => (message.isStream ? "ldap" : "cldap"),
};
