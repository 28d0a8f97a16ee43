/**
 * Counts flow records in the flow table as if their packets had arrived: a record joins the flow with its five-tuple or
 * begins one, by the same rules as a packet (docs/contract.md, "Flow records"). One table and its readers thus serve
 * both. A row goes through the kernel for each direction; the remaining counts are added afterwards.
 */
import type { AddressKey } from "../net/address-key.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import { type Moment, NO_TIME } from "../net/moment.ts";
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from "../net/tcp-flags.ts";
import { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import {
  ENTRY_BYTES,
  ENTRY_DOUBLES,
  ENTRY_LAST_NANOSECONDS,
  ENTRY_LAST_SECONDS,
  ENTRY_PACKETS,
  ENTRY_STATE,
  ENTRY_WORDS,
  FLOW_BEYOND_SYN,
  FLOW_FIN_FROM_A,
  FLOW_RESET,
  META_FROM_B,
  ROW_META,
} from "../packets/kernel/layout.ts";
import type { FlowRecord, RecordedEnd } from "./flow-record.ts";
import type { FlowTable } from "./flow-table.ts";
import { Transport } from "./flow-view.ts";

/** Offsets of the addresses and the transport header of a row in the kernel's buffer. */
const SOURCE_AT = 0;
const DESTINATION_AT = 16;
const TRANSPORT_AT = 32;
const TCP_LENGTH = 20;
const UDP_LENGTH = 8;
const TCP_SEQUENCE_AT = TRANSPORT_AT + 4;
const BEYOND_SYN = TCP_ACK | TCP_PSH | TCP_FIN;

export class RecordedFlows {
  readonly #flows: FlowTable;
  readonly #packet = new DecodedPacket();
  /** Sequence number of the last connection: each gets another one, so that its SYN is not taken for a retransmission. */
  #lastSequence = 0;
  #sequence = 0;
  /** The side (`Side`) of the flow that the last record names first. */
  originatorSide: 0 | 1 = 0;

  constructor(flows: FlowTable) {
    this.#flows = flows;
  }

  /**
   * Counts a record (borrowed for the call) in which at least one end has sent a packet. Overwrites the buffer of the
   * kernel's block. Returns the flow's entry, which is valid until the next record.
   */
  add(record: FlowRecord): number {
    const { originator, responder } = record;
    this.#flows.countBatch();
    // Other records may share a SYN: retransmitted, or of one connection counted in parts.
    if (record.isConnection) this.#lastSequence = (this.#lastSequence + 1) >>> 0;
    this.#sequence = record.isConnection ? this.#lastSequence : 0;
    const flags = rowFlags(record);
    if (originator.packets > 0) this.#addRow(record, originator, responder, flags.originator);
    if (responder.packets > 0) this.#addRow(record, responder, originator, flags.responder);
    const { batch, kernel } = this.#flows;
    const rowFromB = (batch.words[ROW_META] & META_FROM_B) === 0 ? 0 : 1;
    const side = (originator.packets > 0 ? rowFromB : 1 - rowFromB) === 0 ? 0 : 1;
    this.originatorSide = side;
    this.#flows.countBatch();
    const entry = kernel.findFirst();
    this.#addCounters(entry, side, originator);
    this.#addCounters(entry, 1 - side, responder);
    this.#addState(entry, side, record);
    this.#extend(entry, record.end);
    return entry;
  }

  #addRow({ transport, start }: FlowRecord, from: RecordedEnd, to: RecordedEnd, tcpFlags: number): void {
    const { buffer } = this.#flows.kernel;
    const isTcp = transport === Transport.TCP;
    // The kernel reads TCP's numbers when rows are counted: both rows of a record share the same header.
    buffer.fill(0, TRANSPORT_AT, TRANSPORT_AT + TCP_LENGTH);
    new DataView(buffer.buffer, buffer.byteOffset).setUint32(TCP_SEQUENCE_AT, this.#sequence);
    const packet = this.#packet;
    packet.reset();
    packet.ipVersion = writeAddress(buffer, SOURCE_AT, from.address) === 4 ? 4 : 6;
    writeAddress(buffer, DESTINATION_AT, to.address);
    packet.sourceOffset = SOURCE_AT;
    packet.destinationOffset = DESTINATION_AT;
    packet.protocol = isTcp ? IpProtocol.TCP : IpProtocol.UDP;
    packet.sourcePort = from.port;
    packet.destinationPort = to.port;
    packet.tcpFlags = tcpFlags;
    packet.transportOffset = TRANSPORT_AT;
    packet.payloadOffset = TRANSPORT_AT + (isTcp ? TCP_LENGTH : UDP_LENGTH);
    packet.payloadEnd = packet.payloadOffset;
    this.#flows.batch.append(packet, 0, start.seconds, start.nanoseconds, 0);
  }

  /** Adds the counts of an end that its row did not. */
  #addCounters(entry: number, side: number, { packets, bytes }: RecordedEnd): void {
    if (packets === 0) return;
    const { entryDoubles } = this.#flows.kernel;
    const base = entry * ENTRY_DOUBLES + side;
    entryDoubles[base + ENTRY_PACKETS] += packets - 1;
    entryDoubles[base + ENTRY_BYTES] += bytes;
  }

  /** Adds the state shown by the flags of all segments beyond those of the rows. */
  #addState(
    entry: number,
    side: number,
    { transport, originator, responder, isConnection }: FlowRecord,
  ): void {
    if (transport !== Transport.TCP) return;
    const all = originator.tcpFlags | responder.tcpFlags;
    let state = 0;
    if ((originator.tcpFlags & TCP_FIN) !== 0) state |= FLOW_FIN_FROM_A << side;
    if ((responder.tcpFlags & TCP_FIN) !== 0) state |= FLOW_FIN_FROM_A << (1 - side);
    if ((all & TCP_RST) !== 0) state |= FLOW_RESET;
    if ((originator.tcpFlags & BEYOND_SYN) !== 0) state |= FLOW_BEYOND_SYN;
    const { entryWords } = this.#flows.kernel;
    const at = entry * ENTRY_WORDS + ENTRY_STATE;
    // What came back was not a segment but ICMP, which Suricata counts with the flow it refers to.
    if (isConnection && (all & ~TCP_SYN) === 0) entryWords[at] &= ~FLOW_BEYOND_SYN;
    entryWords[at] |= state;
  }

  /** Moves the flow's last time to the end of the record. */
  #extend(entry: number, { seconds, nanoseconds }: Moment): void {
    const { entryWords } = this.#flows.kernel;
    const base = entry * ENTRY_WORDS;
    const last = entryWords[base + ENTRY_LAST_SECONDS] >>> 0;
    const lastNanoseconds = entryWords[base + ENTRY_LAST_NANOSECONDS] >>> 0;
    if (last !== NO_TIME && (seconds - last || nanoseconds - lastNanoseconds) <= 0) return;
    entryWords[base + ENTRY_LAST_SECONDS] = seconds;
    entryWords[base + ENTRY_LAST_NANOSECONDS] = nanoseconds;
  }
}

/** Returns the flags of one segment that represents all of an end's. */
function rowFlags({ transport, originator, responder, isConnection }: FlowRecord) {
  if (transport !== Transport.TCP) return { originator: 0, responder: 0 };
  const opens = isOpened(originator.tcpFlags) || isConnection;
  const accepts = opens && (responder.tcpFlags & TCP_SYN) !== 0;
  const refuses = opens && (responder.tcpFlags & (TCP_SYN | TCP_RST | TCP_PSH | TCP_FIN)) === TCP_RST;
  return {
    originator: opens ? TCP_SYN : 0,
    responder: accepts ? TCP_SYN | TCP_ACK : refuses ? TCP_RST | TCP_ACK : TCP_ACK,
  };
}

/** A SYN, and no segment with ACK: this end began, and got no answer. */
function isOpened(flags: number): boolean {
  return (flags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
}

/** Writes an address in network byte order; returns its length in bytes. */
function writeAddress(bytes: Uint8Array, offset: number, address: AddressKey): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (typeof address === "number") {
    view.setUint32(offset, address);
    return 4;
  }
  for (let i = 0; i < address.length; i++) view.setUint16(offset + 2 * i, address.charCodeAt(i));
  return 2 * address.length;
}
