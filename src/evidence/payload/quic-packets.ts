/**
 * The long header of QUIC packets (RFC 8999, 5.1; RFC 9000, 17.2; RFC 9369, 3), limited to the unencrypted part.
 *
 *    0       1         5      6        6 + n   7 + n
 *   | flags | version | n | destination | m | source | then, in an Initial:
 *   | token length, token | length | packet number, payload, tag |
 *
 *   flags: 1 | fixed | type 2 | reserved 2 | packet number length - 1
 *
 * Several packets may share a datagram, each with its length (RFC 9000, 12.2).
 */
import { readUint32 } from "../../net/byte-reads.ts";

/** Minimum length of a datagram with a client's Initial (RFC 9000, 14.1). */
export const MIN_INITIAL_DATAGRAM_LENGTH = 1200;

const LONG_HEADER = 0x80;
const TYPE_SHIFT = 4;
const TYPE_MASK = 3;
const VERSION_OFFSET = 1;
const DESTINATION_LENGTH_OFFSET = 5;
const MIN_LONG_HEADER_LENGTH = 7;
/** RFC 9000, 17.2. */
const MAX_CONNECTION_ID_LENGTH = 20;
/** A sample begins 4 bytes after the start of the packet number and has 16 bytes (RFC 9001, 5.4.2). */
const MIN_PROTECTED_LENGTH = 20;

const VERSION_1 = 0x0000_0001;
const VERSION_2 = 0x6b33_43cf;
const VERSION_2_DRAFT = 0x709a_50c4;
const FIRST_DRAFT = 0xff00_001d;
const LAST_DRAFT = 0xff00_0020;

/** Version whose rules apply: versions differ in the types, the salt and the labels of keys. */
export const QuicVersion = { UNKNOWN: 0, V1: 1, V2: 2, DRAFT_29: 3, V2_DRAFT: 4 } as const;

/** One of `QuicVersion`. */
export type QuicVersion = (typeof QuicVersion)[keyof typeof QuicVersion];

/** Kinds of long headers that are distinguished. */
export const QuicPacketKind = { INITIAL: 0, OTHER: 1, RETRY: 2 } as const;

/** One of `QuicPacketKind`. */
export type QuicPacketKind = (typeof QuicPacketKind)[keyof typeof QuicPacketKind];

/** By the type bits: for version 1 and the drafts, and for version 2 (RFC 9369, 3.2). */
const { INITIAL, OTHER, RETRY } = QuicPacketKind;
const KINDS: readonly QuicPacketKind[] = [INITIAL, OTHER, OTHER, RETRY];
const KINDS_OF_VERSION_2: readonly QuicPacketKind[] = [RETRY, INITIAL, OTHER, OTHER];

/** Offsets of the parts of a packet in the bytes that it was read from. */
export interface QuicPacket {
  readonly version: QuicVersion;
  readonly kind: QuicPacketKind;
  readonly offset: number;
  readonly destinationOffset: number;
  readonly destinationEnd: number;
  readonly packetNumberOffset: number;
  readonly end: number;
}

/** Whether `bytes[offset..end)` can be the datagram of a client's first Initial. Borrowed for the call. */
export function mayBeginQuic(bytes: Uint8Array, offset: number, end: number): boolean {
  if (end - offset < MIN_INITIAL_DATAGRAM_LENGTH || (bytes[offset] & LONG_HEADER) === 0) return false;
  return versionOf(readUint32(bytes, offset + VERSION_OFFSET)) !== QuicVersion.UNKNOWN;
}

/**
 * Reads the header of the packet at `offset`. Null for a short header, an unknown version, and a malformed or truncated
 * packet. `bytes` is borrowed for the call.
 */
export function readQuicPacket(bytes: Uint8Array, offset: number, end: number): QuicPacket | null {
  if (end - offset < MIN_LONG_HEADER_LENGTH || (bytes[offset] & LONG_HEADER) === 0) return null;
  const version = versionOf(readUint32(bytes, offset + VERSION_OFFSET));
  if (version === QuicVersion.UNKNOWN) return null;
  const kind = kindOf(version, (bytes[offset] >> TYPE_SHIFT) & TYPE_MASK);
  const destinationOffset = offset + DESTINATION_LENGTH_OFFSET + 1;
  const destinationLength = bytes[offset + DESTINATION_LENGTH_OFFSET];
  const destinationEnd = destinationOffset + destinationLength;
  if (destinationLength > MAX_CONNECTION_ID_LENGTH || destinationEnd >= end) return null;
  const source = { version, kind, offset, destinationOffset, destinationEnd };
  let cursor = destinationEnd + 1 + bytes[destinationEnd];
  if (bytes[destinationEnd] > MAX_CONNECTION_ID_LENGTH) return null;
  if (kind === RETRY) return { ...source, packetNumberOffset: end, end };
  if (kind === INITIAL) {
    const token = readVarint(bytes, cursor, end);
    if (token < 0) return null;
    cursor += varintLength(bytes[cursor]) + token;
  }
  const length = readVarint(bytes, cursor, end);
  if (length < MIN_PROTECTED_LENGTH) return null;
  const packetNumberOffset = cursor + varintLength(bytes[cursor]);
  const packetEnd = packetNumberOffset + length;
  return packetEnd <= end ? { ...source, packetNumberOffset, end: packetEnd } : null;
}

function versionOf(version: number): QuicVersion {
  if (version === VERSION_1) return QuicVersion.V1;
  if (version === VERSION_2) return QuicVersion.V2;
  if (version === VERSION_2_DRAFT) return QuicVersion.V2_DRAFT;
  return version >= FIRST_DRAFT && version <= LAST_DRAFT ? QuicVersion.DRAFT_29 : QuicVersion.UNKNOWN;
}

function kindOf(version: QuicVersion, type: number): QuicPacketKind {
  return (isVersion2(version) ? KINDS_OF_VERSION_2 : KINDS)[type];
}

/** Version 2 or its last drafts, which differ only in the salt. */
export function isVersion2(version: QuicVersion): boolean {
  return version === QuicVersion.V2 || version === QuicVersion.V2_DRAFT;
}

/** Length in bytes of the integer that begins with this byte (RFC 9000, 16): 1, 2, 4 or 8. */
export function varintLength(first: number): number {
  return 1 << (first >> 6);
}

/**
 * Reads the variable-length integer at `offset` (RFC 9000, 16); -1 if it is incomplete. Above 2^53 it is not exact, but still
 * larger than any valid length. `bytes` is borrowed for the call.
 */
export function readVarint(bytes: Uint8Array, offset: number, end: number): number {
  if (offset >= end) return -1;
  const length = varintLength(bytes[offset]);
  if (end - offset < length) return -1;
  let value = bytes[offset] & 0x3f;
  for (let i = 1; i < length; i++) value = value * 256 + bytes[offset + i];
  return value;
}
