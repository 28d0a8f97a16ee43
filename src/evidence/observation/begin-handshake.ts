/**
 * Judges the first payload of a flow: most contains no name and must be rejected within nanoseconds, and most of the rest is
 * complete in one packet. Only what needs more packets gets a state.
 */
import { mayBeginQuic } from "../payload/quic-packets.ts";
import type { HandshakeNames, HandshakeSegment, PendingHandshake } from "./handshake.ts";
import { QuicHandshake } from "./quic-handshake.ts";
import { MAX_START_LENGTH } from "./stream-start.ts";
import { readTcpStart, TcpHandshake } from "./tcp-handshake.ts";

/** There was no SYN in this direction: the stream begins with the first payload seen. */
export const UNKNOWN_SEQUENCE = -1;

/** First bytes of everything that may contain a name: TLS, SOCKS, LDAP, mail, XMPP, and upper case for HTTP. */
const MAY_CONTAIN_NAME = new Uint8Array(256);
for (const byte of [0x05, 0x16, 0x30, ...Buffer.from("2*+<ABCDEFGHIJKLMNOPQRSTUVWXYZ", "latin1")]) {
  MAY_CONTAIN_NAME[byte] = 1;
}

/**
 * Reads the first payload of a TCP flow, from either direction. `expectedSequence` is the sequence number of the direction's
 * first byte according to its SYN, or `UNKNOWN_SEQUENCE`. Returns the names, a handshake that further segments of both
 * directions must be added to, or null: there will be no names.
 */
export function beginTcpHandshake(
  segment: HandshakeSegment,
  expectedSequence: number,
): HandshakeNames | PendingHandshake | null {
  const { bytes, offset, end, sequence } = segment;
  if (expectedSequence === UNKNOWN_SEQUENCE || sequence === expectedSequence) {
    if (offset >= end || MAY_CONTAIN_NAME[bytes[offset]] === 0) return null;
    const answer = readTcpStart(bytes, offset, end);
    if (typeof answer !== "string") return answer;
    return beginPending(segment, sequence);
  }
  // The beginning is yet to come, or was retransmitted; if the numbers are too far apart, the SYN belonged to an earlier
  // connection.
  const distance = (sequence - expectedSequence) | 0;
  const isNear = Math.abs(distance) < MAX_START_LENGTH;
  return isNear ? beginPending(segment, expectedSequence) : beginTcpHandshake(segment, UNKNOWN_SEQUENCE);
}

/** `beginTcpHandshake` for the first payload of a UDP flow: QUIC. Takes at most one decryption, about 20 us. */
export function beginUdpHandshake(segment: HandshakeSegment): HandshakeNames | PendingHandshake | null {
  if (!mayBeginQuic(segment.bytes, segment.offset, segment.end)) return null;
  const handshake = new QuicHandshake();
  const answer = handshake.add(segment);
  return answer === "more" ? handshake : answer;
}

function beginPending(segment: HandshakeSegment, sequence: number): HandshakeNames | PendingHandshake | null {
  const handshake = new TcpHandshake();
  handshake.begin(segment, sequence);
  const answer = handshake.add(segment);
  return answer === "more" ? handshake : answer;
}
