/**
 * What a flow has said so far, as far as its beginning goes: what recognisers are given. All of it is borrowed for the call,
 * so that a caller may use the same objects for every flow.
 */
import type { Protocol } from "../../../net/application-protocols.ts";

/** A datagram, or the beginning of what one side of a TCP connection sent. */
export interface Message {
  readonly bytes: Uint8Array;
  /** What is there of it stands in `bytes[offset..end)`; nothing outside is read. */
  readonly offset: number;
  readonly end: number;
  /** Bytes that the datagram had on the wire, which may be more than are there. Of a stream: those that are there. */
  readonly length: number;
  readonly isStream: boolean;
  /** Nothing will be added to it: a datagram, or a stream of which no more is kept. */
  readonly isFull: boolean;
  /** It is known that its side sent nothing before: the SYN was seen, or the flow began with a datagram. */
  readonly isBeginning: boolean;
  /** For the few protocols that differ from another in nothing but the port; see each. */
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface FlowStart {
  readonly transport: "tcp" | "udp";
  /**
   * Per side what it has sent: of TCP one stream or none, of UDP its first datagrams in order. The side that was seen to
   * send payload first stands first.
   */
  readonly sides: readonly [readonly Message[], readonly Message[]];
  /** The protocol that an SRV record announces for one of the ports, by its service type; null where none does. */
  readonly announced: Protocol | null;
}
