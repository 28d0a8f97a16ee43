/**
 * The first payload of a flow: most carries no name and is to be told so within nanoseconds, most of the rest says all
 * in one packet. Only what needs more packets gets a state.
 */
import { mayBeginQuic } from "../payload/quic-packets.ts";
import type { HandshakeNames, HandshakeSegment, PendingHandshake } from "./handshake.ts";
import { QuicHandshake } from "./quic-handshake.ts";
import { MAX_START_LENGTH } from "./stream-start.ts";
import { readTcpStart, TcpHandshake } from "./tcp-handshake.ts";

/** There was no SYN in this direction: the stream begins with the first payload that was seen. */
export const UNKNOWN_SEQUENCE = -1;

/** The first bytes of everything that may name somebody: TLS, SOCKS, LDAP, mail, XMPP, and upper case for HTTP. */
const TELLING = new Uint8Array(256);
for (const byte of [0x05, 0x16, 0x30, ...Buffer.from("2*+<ABCDEFGHIJKLMNOPQRSTUVWXYZ", "latin1")]) {
  TELLING[byte] = 1;
}

/**
 * Looks at the first payload of a TCP flow, from either direction. `expectedSequence` is the number of the direction's
 * first byte by its SYN, or `UNKNOWN_SEQUENCE`. Answers the names, a handshake to which further segments of both
 * directions are to be added, or null: there will be none.
 */
export function beginTcpHandshake(
  segment: HandshakeSegment,
  expectedSequence: number,
): HandshakeNames | PendingHandshake | null {
  const { bytes, offset, end, sequence } = segment;
  if (expectedSequence === UNKNOWN_SEQUENCE || sequence === expectedSequence) {
    if (offset >= end || TELLING[bytes[offset]] === 0) return null;
    const answer = readTcpStart(bytes, offset, end);
    if (typeof answer !== "string") return answer;
    return addFirst(segment, sequence);
  }
  // What came first is yet to be seen, or came again; with numbers too far apart the SYN was of other times.
  const distance = (sequence - expectedSequence) | 0;
  const isNear = Math.abs(distance) < MAX_START_LENGTH;
  return isNear ? addFirst(segment, expectedSequence) : beginTcpHandshake(segment, UNKNOWN_SEQUENCE);
}

/** `beginTcpHandshake` for the first payload of a UDP flow: QUIC. Costs at most one decryption, some 20 us. */
export function beginUdpHandshake(segment: HandshakeSegment): HandshakeNames | PendingHandshake | null {
  if (!mayBeginQuic(segment.bytes, segment.offset, segment.end)) return null;
  const handshake = new QuicHandshake();
  const answer = handshake.add(segment);
  return answer === "more" ? handshake : answer;
}

function addFirst(segment: HandshakeSegment, sequence: number): HandshakeNames | PendingHandshake | null {
  const handshake = new TcpHandshake();
  handshake.begin(segment, sequence);
  const answer = handshake.add(segment);
  return answer === "more" ? handshake : answer;
}
