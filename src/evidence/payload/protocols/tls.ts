/**
 * TLS and SSL 3 (RFC 8446, 4 and 5.1; RFC 5246, 6.2): the side of the ClientHello is the client, that of the ServerHello the
 * server. A stream without a captured beginning is TLS if the first bytes of both sides are record headers. An alert alone is
 * not sufficient.
 *
 *    0      1         3        5      6        9
 *   | type | version | length | hello | length | version
 */

import type { Message } from "./flow-start.ts";
import { available, byteAt, lacking, uint16At, uint24At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const CHANGE_CIPHER = 0x14;
const ALERT = 0x15;
const HANDSHAKE = 0x16;
const APPLICATION_DATA = 0x17;
const MAJOR = 3;
const MAX_MINOR = 4;
const HEADER_LENGTH = 5;
/** Up to and including the version in a hello. */
const HELLO_START_LENGTH = 11;
/** Including the maximum expansion by encryption (RFC 5246, 6.2.3). */
const MAX_RECORD = 16_640;
const MIN_HELLO_RECORD = 4;
const MAX_HELLO = 65_536;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const MIN_CLIENT_HELLO = 41;
const MIN_SERVER_HELLO = 38;
const ALERT_LENGTH = 2;

function classify(message: Message): Kind {
  const count = available(message);
  if (count > 1 && byteAt(message, 1) !== MAJOR) return Kind.NO;
  if (count > 2 && byteAt(message, 2) > MAX_MINOR) return Kind.NO;
  if (count < HEADER_LENGTH) return lacking(message);
  if (message.bytes[message.offset] === HANDSHAKE) {
    const kind = classifyHello(message);
    if (kind !== Kind.NO) return kind;
  }
  return message.isBeginning ? Kind.NO : classifyRecord(message);
}

function classifyHello(message: Message): Kind {
  const record = uint16At(message, 3);
  if (record < MIN_HELLO_RECORD || record > MAX_RECORD) return Kind.NO;
  if (available(message) < HELLO_START_LENGTH) return lacking(message);
  const type = byteAt(message, 5);
  const length = uint24At(message, 6);
  if (byteAt(message, 9) !== MAJOR || byteAt(message, 10) > MAX_MINOR || length > MAX_HELLO) return Kind.NO;
  if (type === CLIENT_HELLO && length >= MIN_CLIENT_HELLO) return Kind.ASKS;
  return type === SERVER_HELLO && length >= MIN_SERVER_HELLO ? Kind.ANSWERS : Kind.NO;
}

function classifyRecord(message: Message): Kind {
  const length = uint16At(message, 3);
  if (length < 1 || length > MAX_RECORD) return Kind.NO;
  const type = byteAt(message, 0);
  if (type === CHANGE_CIPHER && length !== 1) return Kind.NO;
  // An alert in clear text, or encrypted with a nonce or a tag.
  if (type === ALERT && length !== ALERT_LENGTH && length < ALERT_LENGTH + 16) return Kind.NO;
  const next = HEADER_LENGTH + length;
  if (available(message) < next + 2) return Kind.MAY_BE;
  const nextType = byteAt(message, next);
  const isRecord =
    nextType >= CHANGE_CIPHER && nextType <= APPLICATION_DATA && byteAt(message, next + 1) === MAJOR;
  return isRecord ? Kind.MAY_BE : Kind.NO;
}

/**
 * Whether a message is a record of a stream without a captured beginning, judging by one side. If the first messages of both
 * sides are such records, it is TLS.
 */
export function isLaterRecord(message: Message): boolean {
  const type = message.bytes[message.offset];
  if (message.isBeginning || type < CHANGE_CIPHER || type > APPLICATION_DATA) return false;
  return classify(message) === Kind.MAY_BE;
}

export const tls: Signature = {
  protocols: ["tls"],
  transports: ["tcp"],
  firstBytes: [CHANGE_CIPHER, ALERT, HANDSHAKE, APPLICATION_DATA],
  classify,
};
