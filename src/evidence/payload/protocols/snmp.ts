/**
 * SNMP (RFC 1157, 4; RFC 3416, 3; RFC 3412, 6): a sequence that fills the datagram, a version, then a community and an
 * operation, or the version 3 header. In place of the version, LDAP has a number with a wider range.
 */
import { berLength, berValue } from "./ber.ts";
import type { Message } from "./flow-start.ts";
import { byteAt } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const STRING = 0x04;
const VERSION_3 = 3;
/** Get, get-next, set, trap of version 1, get-bulk, inform, trap; response and report are answers. */
const REQUESTS = [0xa0, 0xa1, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7];
const ANSWERS = [0xa2, 0xa8];

function classify(message: Message): Kind {
  const length = berLength(message, 0);
  const at = berValue(message, 0);
  if (length < 0 || at + length !== message.length) return Kind.NO;
  if (byteAt(message, at) !== INTEGER || byteAt(message, at + 1) !== 1) return Kind.NO;
  const version = byteAt(message, at + 2);
  const next = at + 3;
  if (version === VERSION_3) {
    const isHeader =
      byteAt(message, next) === SEQUENCE && byteAt(message, berValue(message, next)) === INTEGER;
    return isHeader ? Kind.EITHER : Kind.NO;
  }
  const community = berLength(message, next);
  if (version < 0 || version > 1 || byteAt(message, next) !== STRING || community < 0) return Kind.NO;
  const operation = byteAt(message, berValue(message, next) + community);
  return REQUESTS.includes(operation) ? Kind.ASKS : ANSWERS.includes(operation) ? Kind.ANSWERS : Kind.NO;
}

export const snmp: Signature = { protocols: ["snmp"], transports: ["udp"], firstBytes: [SEQUENCE], classify };
