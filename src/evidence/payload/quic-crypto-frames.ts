/**
 * The frames of an Initial packet (RFC 9000, 12.4 and 19): only those with parts of the TLS handshake are used.
 *
 *   | 00 | padding          | 01 | ping
 *   | 02 or 03 | largest | delay | count | first range | count times: gap, range | 03: three counts of ECN
 *   | 06 | position | length | part of the handshake
 */
import { readVarint, varintLength } from "./quic-packets.ts";

const PADDING = 0x00;
const PING = 0x01;
const ACK = 0x02;
const ACK_ECN = 0x03;
const CRYPTO = 0x06;

/** Maximum number per packet; clients that split a hello into many small frames on purpose send a few dozen. */
const MAX_FRAMES = 512;
const ACK_FIELDS = 4;
const ACK_COUNT_FIELD = 2;
const ECN_FIELDS = 3;

/** Receives the part `frames[offset..end)` of the handshake, at `position` within the handshake. */
export type CryptoSink = (position: number, offset: number, end: number) => void;

/** Passes every part of the handshake in `frames` to `sink`, up to the first frame that is not allowed in an Initial. */
export function readCryptoFrames(frames: Uint8Array, sink: CryptoSink): void {
  const end = frames.length;
  let cursor = 0;
  for (let count = 0; cursor >= 0 && cursor < end && count < MAX_FRAMES; count++) {
    const type = frames[cursor];
    if (type === PADDING) cursor = skipPadding(frames, cursor);
    else if (type === PING) cursor++;
    else if (type === ACK || type === ACK_ECN) cursor = skipAck(frames, cursor, end);
    else if (type === CRYPTO) cursor = readCrypto(frames, cursor + 1, end, sink);
    else return;
  }
}

function skipPadding(frames: Uint8Array, offset: number): number {
  let cursor = offset;
  while (cursor < frames.length && frames[cursor] === PADDING) cursor++;
  return cursor;
}

/** Returns the offset after the frame, or -1. */
function readCrypto(frames: Uint8Array, offset: number, end: number, sink: CryptoSink): number {
  const position = readVarint(frames, offset, end);
  if (position < 0) return -1;
  const lengthOffset = offset + varintLength(frames[offset]);
  const length = readVarint(frames, lengthOffset, end);
  if (length < 0) return -1;
  const data = lengthOffset + varintLength(frames[lengthOffset]);
  if (length > end - data) return -1;
  sink(position, data, data + length);
  return data + length;
}

/** Returns the offset after the frame, or -1. */
function skipAck(frames: Uint8Array, offset: number, end: number): number {
  let cursor = offset + 1;
  let fields = ACK_FIELDS + (frames[offset] === ACK_ECN ? ECN_FIELDS : 0);
  for (let field = 0; field < fields; field++) {
    const value = readVarint(frames, cursor, end);
    if (value < 0) return -1;
    // A gap and a length each; a count that exceeds the bytes fails at their end.
    if (field === ACK_COUNT_FIELD) fields += 2 * value;
    cursor += varintLength(frames[cursor]);
  }
  return cursor;
}
