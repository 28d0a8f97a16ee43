/** Feeds segments to a handshake as the flow table would. */
import {
  beginTcpHandshake,
  beginUdpHandshake,
  UNKNOWN_SEQUENCE,
} from "../../../src/evidence/observation/begin-handshake.ts";
import type {
  HandshakeNames,
  HandshakeSegment,
  PendingHandshake,
} from "../../../src/evidence/observation/handshake.ts";

/** The result after the last requested segment: names, null for none, or a pending handshake. */
export type Followed = HandshakeNames | PendingHandshake | null;

/** Payload inside a larger buffer. */
export function segmentOf(payload: string | Uint8Array, sequence = 0, fromB = 0): HandshakeSegment {
  const content = typeof payload === "string" ? Buffer.from(payload, "latin1") : payload;
  const bytes = new Uint8Array(content.length + 17).fill(0x16);
  bytes.set(content, 9);
  return { bytes, offset: 9, end: 9 + content.length, sequence: sequence >>> 0, fromB };
}

/** Segments of one TCP flow. The bytes of each are overwritten after use, because they are only borrowed. */
export function followTcp(
  segments: readonly HandshakeSegment[],
  expectedSequence = UNKNOWN_SEQUENCE,
): Followed {
  return follow(segments, (segment) => beginTcpHandshake(segment, expectedSequence));
}

/** Datagrams of one UDP flow, from side A or B. */
export function followUdp(datagrams: readonly (readonly [Uint8Array, number?])[]): Followed {
  return follow(
    datagrams.map(([bytes, fromB]) => segmentOf(bytes, 0, fromB)),
    beginUdpHandshake,
  );
}

/** Ends the flow of a pending handshake; returns its names. */
export function finish(followed: Followed): HandshakeNames | null {
  return isPending(followed) ? followed.finish() : followed;
}

/** Returns whether the handshake needs more data. */
export function isPending(followed: Followed): followed is PendingHandshake {
  return followed !== null && "add" in followed;
}

function follow(
  segments: readonly HandshakeSegment[],
  begin: (segment: HandshakeSegment) => Followed,
): Followed {
  let answer: Followed = null;
  for (const [i, borrowed] of segments.entries()) {
    const segment = { ...borrowed, bytes: borrowed.bytes.slice() };
    if (i === 0) answer = begin(segment);
    else if (isPending(answer)) {
      const next: Followed | "more" = answer.add(segment);
      if (next !== "more") answer = next;
    }
    segment.bytes.fill(0xee);
    if (!isPending(answer)) return answer;
  }
  return answer;
}
