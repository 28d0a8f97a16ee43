/**
 * OpenVPN (network protocol, "hard reset"): a client's first message has one of a few lengths; the server's contains the
 * client's session id. A DNS query may have the same first byte, so DNS is tried first. Over TCP preceded by a length.
 */

import type { Message } from "./flow-start.ts";
import { available, byteAt, isCut, isZero, lacking, sameBytes, uint16At } from "./message-reads.ts";
import { Kind, type Signature } from "./signature.ts";

const LENGTH_OF_TCP = 2;
const RESET_2 = 0x38;
const RESET_3 = 0x50;
const SERVER_RESET = 0x40;
const SESSION = 1;
const SESSION_LENGTH = 8;
const CLEAR_LENGTH = 14;
/** With a digest of 16, 20, 32 or 64 bytes, and the packet number and time. */
const CLIENT_LENGTHS = [CLEAR_LENGTH, 38, 42, 46, 54, 58, 86];
const MAX_SERVER_LENGTH = 140;

function classify(message: Message): Kind {
  const at = message.isStream ? LENGTH_OF_TCP : 0;
  const length = message.isStream ? uint16At(message, 0) : message.length;
  const code = byteAt(message, at);
  if (code < 0) return lacking(message);
  const isClient = code === RESET_2 || code === RESET_3;
  if (!isClient && code !== SERVER_RESET) return Kind.NO;
  if (isClient ? !CLIENT_LENGTHS.includes(length) : length < CLEAR_LENGTH || length > MAX_SERVER_LENGTH)
    return Kind.NO;
  if (available(message) < at + length) return isCut(message) ? Kind.NO : lacking(message);
  if (isZero(message, at + SESSION, at + SESSION + SESSION_LENGTH)) return Kind.NO;
  // No packet is acknowledged yet, and this is packet 0.
  if (isClient && !isZero(message, at + length - 5, at + length)) return Kind.NO;
  return isClient ? Kind.MAY_ASK : Kind.MAY_ANSWER;
}

function agree(asking: Message, answering: Message): boolean {
  const at = asking.isStream ? LENGTH_OF_TCP : 0;
  const last = available(answering) - SESSION_LENGTH;
  for (let i = at + SESSION + SESSION_LENGTH; i <= last; i++) {
    if (sameBytes(asking, at + SESSION, answering, i, SESSION_LENGTH)) return true;
  }
  return false;
}

export const openvpn: Signature = {
  protocols: ["openvpn"],
  transports: ["udp"],
  firstBytes: [RESET_2, RESET_3, SERVER_RESET],
  classify,
  agree,
};

/** Over TCP, where the first byte of the length is zero. */
export const openvpnStream: Signature = { ...openvpn, transports: ["tcp"], firstBytes: [0x00] };
