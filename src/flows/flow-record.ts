/** Another program's record of a flow that it has counted: from Zeek, Suricata or a NetFlow collector. */
import type { AddressKey } from "../net/address-key.ts";
import type { Moment } from "../net/moment.ts";

/** One end of a flow record, with the traffic it sent. */
export interface RecordedEnd {
  readonly address: AddressKey;
  readonly port: number;
  /** 0 if it sent nothing, or if the record covers only the other direction. */
  readonly packets: number;
  readonly bytes: number;
  /** OR of the flags of all its segments (`net/tcp-flags.ts`); 0 for UDP and if unknown. */
  readonly tcpFlags: number;
}

/** A flow, or part of one. Owned. */
export interface FlowRecord {
  /** `Transport`. */
  readonly transport: 0 | 1;
  /** The end that the record names first. Both addresses have the same IP version. */
  readonly originator: RecordedEnd;
  readonly responder: RecordedEnd;
  /** Times of its first and its last packet. */
  readonly start: Moment;
  readonly end: Moment;
  /**
   * Whether it covers both directions, and a SYN of its originator opened the connection. Otherwise the flags do not
   * show who opened it: over all segments, both ends have SYN and ACK.
   */
  readonly isConnection: boolean;
}
