/**
 * The beginning of a flow: the input of recognisers. All of it is borrowed for the call, so the caller may reuse the same
 * objects for every flow.
 */
import type { Protocol } from "../../../net/application-protocols.ts";

/** A datagram, or the beginning of the stream of one side of a TCP connection. */
export interface Message {
  readonly bytes: Uint8Array;
  /** The available part is `bytes[offset..end)`; nothing outside is read. */
  readonly offset: number;
  readonly end: number;
  /**
   * For a datagram, its length on the wire in bytes, which may exceed the available part. For a stream, the length of the
   * available part.
   */
  readonly length: number;
  readonly isStream: boolean;
  /** Nothing will be added: it is a datagram, or a stream of which no more is kept. */
  readonly isFull: boolean;
  /** The side is known to have sent nothing before: the SYN was seen, or the flow began with a datagram. */
  readonly isBeginning: boolean;
  /** For the few protocols that differ from another one only in the port; see each. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface FlowStart {
  readonly transport: "tcp" | "udp";
  /**
   * What each side has sent: one stream or none for TCP, the first datagrams in order for UDP. The first entry is the side
   * that was first seen to send payload.
   */
  readonly sides: readonly [readonly Message[], readonly Message[]];
  /** The protocol that an SRV record announces for one of the ports, by its service type; null if there is none. */
  readonly announced: Protocol | null;
}
