/**
 * NTP (RFC 5905, 7.3 and A; RFC 4330, 5): the server repeats the client's transmit time as its origin time. Clients may send
 * only zeros after the first byte.
 *
 *    0                    1         2      3           4 ...  24       32        40
 *   | leap, version, mode | stratum | poll | precision | ... | origin | receive | transmit |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, isZero, sameBytes, uint32At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const LENGTH = 48;
const CLIENT = 3;
const SERVER = 4;
const MAX_STRATUM = 16;
const MAX_POLL = 17;
/** Precision is a small negative power of two, or 0; clients that hide it send 32. */
const MIN_PRECISION = 0xd0;
const HIDDEN_PRECISION = 0x20;
const ORIGIN = 24;
const TRANSMIT = 40;
const TIME_LENGTH = 8;
/** Seconds from 1900 to 2000. */
const YEAR_2000 = 3_155_673_600;

function classify(message: Message): Kind {
  const { length } = message;
  const first = byteAt(message, 0);
  const version = (first >> 3) & 7;
  const mode = first & 7;
  if (version < 1 || version > 4 || (mode !== CLIENT && mode !== SERVER)) return Kind.NO;
  if (length !== LENGTH && (length < LENGTH + 4 || length % 4 !== 0)) return Kind.NO;
  const precision = byteAt(message, 3);
  if (byteAt(message, 1) > MAX_STRATUM || !isPrecision(precision, mode)) return Kind.NO;
  const poll = byteAt(message, 2);
  // A negative power means "as often as possible".
  if (poll > MAX_POLL && poll < 0xf0) return Kind.NO;
  if (mode === CLIENT) return Kind.MAY_ASK;
  // The seconds wrap around in 2036.
  return uint32At(message, TRANSMIT) > YEAR_2000 ? Kind.MAY_ANSWER : Kind.NO;
}

function isPrecision(precision: number, mode: number): boolean {
  return precision === 0 || precision >= MIN_PRECISION || (mode === CLIENT && precision === HIDDEN_PRECISION);
}

function agree(asking: Message, answering: Message): boolean {
  return (
    sameBytes(asking, TRANSMIT, answering, ORIGIN, TIME_LENGTH) ||
    (isZero(asking, TRANSMIT, LENGTH) && isZero(answering, ORIGIN, ORIGIN + TIME_LENGTH))
  );
}

export const ntp: Signature = {
  protocols: ["ntp"],
  transports: ["udp"],
  firstBytes: Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => {
    const version = (byte >> 3) & 7;
    return version >= 1 && version <= 4 && [CLIENT, SERVER].includes(byte & 7);
  }),
  classify,
  agree,
};
