/** How much is waited for of what flows say, and the bits of a byte for each record that tell what was. */
import type { PacketRow } from "../../flows/packet-row.ts";
import type { Protocol } from "../../net/application-protocols.ts";
import { readUint16 } from "../../net/byte-reads.ts";

/** As the header of UDP says it (RFC 768): with the header. */
const UDP_LENGTH_OFFSET = 4;
const UDP_HEADER = 8;

/** What a stream is known of beside its bytes. */
export interface StreamOpening {
  /** The number of the first byte of the segment's side; null where it is not known. */
  readonly base: number | null;
  /** A SYN of the connection was seen. */
  readonly isBeginning: boolean;
}

/** The protocol that is announced for one of the ports of the packet that is looked at, or null. */
export type AnnouncedProtocol = () => Protocol | null;

export function nothingAnnounced(): null {
  return null;
}

/** Flows of which more is waited for, of 2 KiB each: 32 MiB. */
export const MAX_PENDING = 16_384;
/** Of those that are held, one in so many goes when there is no room. */
export const DROPPED_PART = 64;

/** Packets with payload of a flow that are looked at: those of 64 bytes of each side, one by one. */
export const MAX_PACKETS = 128;
/** The same where one side said nothing known, and only the other's first payload is waited for. */
export const MAX_WAITED = 8;

/** Datagrams of a flow that are looked at one by one where none has told anything: of one side, and of both. */
const MAX_DATAGRAMS = 6;
const MAX_DATAGRAMS_OF_BOTH = 8;

export const SAID_A = 1;
const SAID_B = 2;
export const FIRST_FROM_B = 4;
export const IS_BEGINNING = 8;
export const IS_DONE = 16;
/** It has a slot. */
export const IS_PENDING = 32;
/** The side's first segment is a record of TLS (`isLaterRecord`): nothing is copied of it. */
export const RECORD_A = 64;
export const RECORD_B = 128;

/**
 * Whether more is waited for of a flow in this state that has said nothing known so far: only further datagrams, and a side that
 * has said nothing, can tell more.
 */
export function isMoreAwaited(state: number, packets: number, isStream: boolean): boolean {
  const haveBothSaid = (state & (SAID_A | SAID_B)) === (SAID_A | SAID_B);
  const limit = haveBothSaid ? MAX_DATAGRAMS_OF_BOTH : MAX_DATAGRAMS;
  return isStream ? !haveBothSaid : packets < limit;
}

/** Bytes of payload that a datagram (borrowed) had on the wire, by its header. */
export function datagramLength({ bytes, transportOffset }: PacketRow): number {
  return readUint16(bytes, transportOffset + UDP_LENGTH_OFFSET) - UDP_HEADER;
}
