/**
 * DTLS (RFC 6347, 4.1; RFC 9147, 4): a handshake record of epoch 0. Encrypted records that follow differ from STUN and RTP
 * only in the first byte (RFC 7983, 7), which is not sufficient.
 *
 *    0      1         3       5          11       13     14       17         19                25
 *   | 22 | version | epoch | sequence | length | type | length | sequence | fragment offset, length |
 */

import type { Message } from "./flow-start.ts";
import { byteAt, isZero, uint16At, uint24At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const HANDSHAKE = 0x16;
const VERSIONS = [0xfeff, 0xfefd, 0x0100];
const HEADER_LENGTH = 13;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const HELLO_VERIFY = 3;

function classify(message: Message): Kind {
  const length = uint16At(message, 11);
  if (!VERSIONS.includes(uint16At(message, 1)) || !isZero(message, 3, 5)) return Kind.NO;
  if (length <= 0 || HEADER_LENGTH + length > message.length) return Kind.NO;
  const whole = uint24At(message, 14);
  const fragmentOffset = uint24At(message, 19);
  const fragment = uint24At(message, 22);
  if (whole < 0 || fragment < 0 || fragmentOffset + fragment > whole) return Kind.NO;
  const type = byteAt(message, HEADER_LENGTH);
  if (type === CLIENT_HELLO) return Kind.ASKS;
  return type === SERVER_HELLO || type === HELLO_VERIFY ? Kind.ANSWERS : Kind.NO;
}

export const dtls: Signature = {
  protocols: ["dtls"],
  transports: ["udp"],
  firstBytes: [HANDSHAKE],
  classify,
};
