/**
 * Watches all packets of live flows for what reach wants to know, and the ICMP messages that quote them. It stands
 * before the observer, if there is one, and hands on what that one has to see.
 */

import { DecodedPacket } from "../decode/decoded-packet.ts";
import { decodeUnreachable } from "../decode/icmp.ts";
import type { FlowObserver } from "../flows/flow-observer.ts";
import type { FlowTable } from "../flows/flow-table.ts";
import type { PacketBatch } from "../flows/packet-batch.ts";
import { isOpening } from "../flows/tcp-state.ts";
import {
  META_FROM_B,
  META_TCP_FLAGS_SHIFT,
  ROW_META,
  ROW_PAYLOAD,
  ROW_PAYLOAD_END,
  ROW_WORDS,
} from "../kernel/layout.ts";
import { type AddressKey, addressText, readIpv4Key, readIpv6Key } from "../net/address-key.ts";
import { readUint32 } from "../net/byte-reads.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import { AttemptColumns } from "./attempt-columns.ts";
import { AttemptWaits } from "./attempt-waits.ts";

/** Hosts that send ICMP, told apart by the numbers 1 to 255. */
const MAX_REPORTERS = 255;
const SEQUENCE_OFFSET = 4;

export class AttemptWatch implements FlowObserver {
  readonly seesAll = true;
  readonly columns: AttemptColumns;
  readonly waits: AttemptWaits;
  /** ICMP messages that quote no packet that a live flow has sent: late, spoofed, or of what the capture lacks. */
  strayReports = 0;
  readonly #inner: FlowObserver | null;
  readonly #quoted = new DecodedPacket();
  readonly #reporters: AddressKey[] = [];
  readonly #reporterNumbers = new Map<string, number>();

  /** For flows in records 1 to `capacity`; `inner`: who else observes the flows, or null. */
  constructor(capacity: number, inner: FlowObserver | null) {
    this.columns = new AttemptColumns(capacity);
    this.waits = new AttemptWaits(capacity);
    this.#inner = inner;
  }

  observe(record: number, batch: PacketBatch, index: number): boolean {
    this.columns.see(record, batch, index);
    this.waits.see(record, batch, index);
    if (this.#inner === null || this.columns.isObservedEnough(record)) return true;
    const row = index * ROW_WORDS;
    const hasPayload = batch.words[row + ROW_PAYLOAD] < batch.words[row + ROW_PAYLOAD_END];
    if (!hasPayload && !isOpening(batch.words[row + ROW_META] >>> META_TCP_FLAGS_SHIFT)) return true;
    if (!this.#inner.observe(record, batch, index)) this.columns.setObservedEnough(record);
    return true;
  }

  addProcess(record: number, process: number): void {
    this.#inner?.addProcess(record, process);
  }

  /**
   * An ICMP packet as it was decoded (both borrowed for the call): where it says that a packet of a live flow did not
   * arrive, that is noted. It makes no flow and ends none. `flows` must have counted everything before it, so that the batch is empty.
   */
  addIcmp(bytes: Uint8Array, packet: DecodedPacket, flows: FlowTable): void {
    const quoted = this.#quoted;
    const code = decodeUnreachable(bytes, packet.nextOffset, packet.nextEnd, packet, quoted);
    if (code === 0) return;
    const { batch } = flows;
    batch.append(quoted, 0, 0, 0, 0);
    const record = flows.findBatch();
    const side = (batch.words[ROW_META] & META_FROM_B) === 0 ? 0 : 1;
    const isTcp = quoted.protocol === IpProtocol.TCP;
    const sequence = isTcp ? readUint32(bytes, quoted.transportOffset + SEQUENCE_OFFSET) | 0 : 0;
    const reporter = record === 0 ? 0 : this.#reporterNumber(bytes, packet);
    if (record === 0 || !this.columns.report(record, side, isTcp, sequence, code, reporter))
      this.strayReports++;
  }

  /** The flow in a record has ended. */
  forget(record: number): void {
    this.columns.forget(record);
    this.waits.forget(record);
  }

  /** Who sent ICMP, by the number that the columns have; null where there were too many to tell apart. */
  reporterOf(number: number): AddressKey | null {
    return this.#reporters[number - 1] ?? null;
  }

  #reporterNumber(bytes: Uint8Array, packet: DecodedPacket): number {
    const read = packet.ipVersion === 4 ? readIpv4Key : readIpv6Key;
    const address = read(bytes, packet.sourceOffset);
    const known = this.#reporterNumbers.get(addressText(address));
    if (known !== undefined) return known;
    if (this.#reporters.length >= MAX_REPORTERS) return 0;
    const number = this.#reporters.push(address);
    this.#reporterNumbers.set(addressText(address), number);
    return number;
  }
}
