/**
 * Bounds-checked reads of a message: missing bytes read as -1, which is not a value of any field, so comparisons fail by
 * themselves. Offsets are relative to the beginning of the message. Messages are borrowed for the call.
 */

import type { Message } from "./flow-start.ts";
import { Kind } from "./signature.ts";

/** Number of available bytes. */
export function available(message: Message): number {
  return message.end - message.offset;
}

/** The kind of a message that lacks bytes: for a stream, they may still come. */
export function lacking(message: Message): Kind {
  return message.isFull ? Kind.NO : Kind.MORE;
}

/** Whether a datagram was truncated. */
export function isCut(message: Message): boolean {
  return message.end - message.offset < message.length;
}

/** Whether one end of the message's flow has this port. */
export function hasPort(message: Message, port: number): boolean {
  return message.sourcePort === port || message.destinationPort === port;
}

export function byteAt(message: Message, at: number): number {
  const index = message.offset + at;
  return at >= 0 && index < message.end ? message.bytes[index] : -1;
}

/** 16 bits, big-endian. */
export function uint16At(message: Message, at: number): number {
  const index = message.offset + at;
  if (at < 0 || index + 2 > message.end) return -1;
  return (message.bytes[index] << 8) | message.bytes[index + 1];
}

/** 24 bits, big-endian. */
export function uint24At(message: Message, at: number): number {
  const index = message.offset + at;
  if (at < 0 || index + 3 > message.end) return -1;
  const { bytes } = message;
  return (bytes[index] << 16) | (bytes[index + 1] << 8) | bytes[index + 2];
}

/** 32 bits, big-endian, from 0 to 2^32 - 1. */
export function uint32At(message: Message, at: number): number {
  const high = uint16At(message, at);
  const low = uint16At(message, at + 2);
  return low < 0 ? -1 : high * 0x1_0000 + low;
}

/** 16 bits, little-endian. */
export function uint16LittleEndianAt(message: Message, at: number): number {
  const high = byteAt(message, at + 1);
  return high < 0 ? -1 : (high << 8) | byteAt(message, at);
}

/** 24 bits, little-endian. */
export function uint24LittleEndianAt(message: Message, at: number): number {
  const high = byteAt(message, at + 2);
  return high < 0 ? -1 : (high << 16) | uint16LittleEndianAt(message, at);
}

/** Whether the bytes from `from` to `to` are all available and 0. */
export function isZero(message: Message, from: number, to: number): boolean {
  if (to > available(message)) return false;
  for (let i = from; i < to; i++) if (message.bytes[message.offset + i] !== 0) return false;
  return true;
}

/** Whether `length` bytes of two messages are available and equal. */
export function sameBytes(a: Message, aAt: number, b: Message, bAt: number, length: number): boolean {
  if (aAt + length > available(a) || bAt + length > available(b)) return false;
  for (let i = 0; i < length; i++) {
    if (a.bytes[a.offset + aAt + i] !== b.bytes[b.offset + bAt + i]) return false;
  }
  return true;
}
