/**
 * Watches all packets of live flows for what reach wants to know, and the ICMP messages that quote them. It stands
 * before the observer, if there is one, and hands on what that one has to see.
 */

import type { FlowObserver } from "../../flows/flow-observer.ts";
import type { FlowTable } from "../../flows/flow-table.ts";
import { Transport } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { type AddressKey, addressText, readIpv4Key, readIpv6Key } from "../../net/address-key.ts";
import { DecodedPacket } from "../../packets/decode/decoded-packet.ts";
import { decodeUnreachable } from "../../packets/decode/icmp.ts";
import { AttemptColumns } from "./attempt-columns.ts";
import { AttemptWaits } from "./attempt-waits.ts";

/** Hosts that send ICMP, told apart by the numbers 1 to 255. */
const MAX_REPORTERS = 255;

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

  observe(record: number, packet: PacketRow): boolean {
    this.columns.see(record, packet);
    this.waits.see(record, packet);
    if (this.#inner === null || this.columns.isObservedEnough(record)) return true;
    if (!packet.hasPayload && !packet.isOpening) return true;
    if (!this.#inner.observe(record, packet)) this.columns.setObservedEnough(record);
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
    const record = flows.findRecord(quoted);
    const row = flows.batch.row(0);
    const isTcp = row.transport === Transport.TCP;
    const sequence = isTcp ? row.sequence | 0 : 0;
    const reporter = record === 0 ? 0 : this.#reporterNumber(bytes, packet);
    if (record === 0 || !this.columns.report(record, row.side, isTcp, sequence, code, reporter))
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
