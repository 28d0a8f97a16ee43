/** Limits on undecided flows, and the bits of the state byte of each flow entry. */
import type { PacketRow } from "../../flows/packet-row.ts";
import type { Protocol } from "../../net/application-protocols.ts";
import { readUint16 } from "../../net/byte-reads.ts";

/** Of the UDP length (RFC 768), which includes the header. */
const UDP_LENGTH_OFFSET = 4;
const UDP_HEADER = 8;

/** What is known about a stream besides its bytes. */
export interface StreamOpening {
  /** Sequence number of the first byte of the segment's side; null if unknown. */
  readonly base: number | null;
  /** A SYN of the connection was seen. */
  readonly isBeginning: boolean;
}

/** Returns the protocol announced for one of the ports of the current packet, or null. */
export type AnnouncedProtocol = () => Protocol | null;

export function nothingAnnounced(): null {
  return null;
}

/** Maximum number of undecided flows of 2 KiB each: 32 MiB. */
export const MAX_PENDING = 16_384;
/** When there is no room, one in this many held flows is evicted. */
export const DROPPED_PART = 64;

/** Maximum number of packets with payload examined per flow: 64 bytes of each side, one by one. */
export const MAX_PACKETS = 128;
/** The same if one side was not recognised, and only the first payload of the other is awaited. */
export const MAX_WAITING_PACKETS = 8;

/** Maximum number of datagrams examined one by one in a flow without a result: of one side, and of both. */
const MAX_DATAGRAMS = 6;
const MAX_DATAGRAMS_OF_BOTH = 8;

export const SENT_A = 1;
const SENT_B = 2;
export const FIRST_FROM_B = 4;
export const IS_BEGINNING = 8;
export const IS_DONE = 16;
/** The flow has a slot. */
export const IS_PENDING = 32;
/** The side's first segment is a TLS record (`isLaterRecord`), of which nothing is copied. */
export const RECORD_A = 64;
export const RECORD_B = 128;

/**
 * Whether a flow in this state without a result waits for more: only further datagrams, or a side that has sent nothing yet,
 * can still decide.
 */
export function isMoreAwaited(state: number, packets: number, isStream: boolean): boolean {
  const haveBothSent = (state & (SENT_A | SENT_B)) === (SENT_A | SENT_B);
  const limit = haveBothSent ? MAX_DATAGRAMS_OF_BOTH : MAX_DATAGRAMS;
  return isStream ? !haveBothSent : packets < limit;
}

/** Payload bytes of a datagram (borrowed) on the wire, from its header. */
export function datagramLength({ bytes, transportOffset }: PacketRow): number {
  return readUint16(bytes, transportOffset + UDP_LENGTH_OFFSET) - UDP_HEADER;
}
