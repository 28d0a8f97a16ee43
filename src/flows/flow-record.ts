/** What another program says of a flow that it has counted: a record of Zeek, Suricata or a NetFlow collector. */
import type { AddressKey } from "../net/address-key.ts";
import type { Moment } from "../net/moment.ts";

/** One end of a flow record, with what it sent. */
export interface RecordedEnd {
  readonly address: AddressKey;
  readonly port: number;
  /** 0 where it sent nothing, or where the record is of the other direction only. */
  readonly packets: number;
  readonly bytes: number;
  /** The flags of all its segments together (`net/tcp-flags.ts`); 0 for UDP, and where the record does not say. */
  readonly tcpFlags: number;
}

/** A flow, or a part of one. Owned. */
export interface FlowRecord {
  /** `Transport`. */
  readonly transport: 0 | 1;
  /** The end that the record names first. Both addresses are of the same version of IP. */
  readonly originator: RecordedEnd;
  readonly responder: RecordedEnd;
  /** When its first and its last packet were seen. */
  readonly start: Moment;
  readonly end: Moment;
  /**
   * It is of both directions, and a SYN of its originator opened the connection. Else what its flags say of who opened it is
   * unclear: those of all segments together have SYN and ACK at both ends.
   */
  readonly isConnection: boolean;
}
