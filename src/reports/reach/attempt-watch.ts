/** Watches all packets of live flows for what reach wants to know, and the ICMP messages that quote them. */

import { Transport } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { type AddressKey, addressText, readIpv4Key, readIpv6Key } from "../../net/address-key.ts";
import type { Moment } from "../../net/moment.ts";
import { DecodedPacket } from "../../packets/decode/decoded-packet.ts";
import { decodeUnreachable } from "../../packets/decode/icmp.ts";
import type { FindFlow, PacketWatch } from "../collector.ts";
import { AttemptColumns } from "./attempt-columns.ts";
import { AttemptWaits } from "./attempt-waits.ts";
import { type RecordedSource, RecordedSources } from "./recorded-sources.ts";

/** Hosts that send ICMP, told apart by the numbers 1 to 255. */
const MAX_REPORTERS = 255;

export class AttemptWatch implements PacketWatch {
  /** What the packets of each live flow have shown. */
  columns = new AttemptColumns(0);
  /** ICMP messages that quote no packet that a live flow has sent: late, spoofed, or of what the capture lacks. */
  strayReports = 0;
  #waits = new AttemptWaits(0);
  readonly #sources = new RecordedSources();
  readonly #quoted = new DecodedPacket();
  readonly #reporters: AddressKey[] = [];
  readonly #reporterNumbers = new Map<string, number>();

  begin(capacity: number): void {
    this.columns = new AttemptColumns(capacity);
    this.#waits = new AttemptWaits(capacity);
  }

  openSource(source: RecordedSource): void {
    this.#sources.open(source);
  }

  readFrom(source: RecordedSource): void {
    this.#waits.source = this.#sources.numberOf(source);
  }

  closeSource(source: RecordedSource): void {
    this.#sources.close(source);
  }

  packet(record: number, packet: PacketRow): void {
    this.columns.see(record, packet);
    this.#waits.see(record, packet);
  }

  /**
   * Where the message says that a packet of a live flow did not arrive, that is noted. It makes no flow and ends none.
   */
  icmp(bytes: Uint8Array, packet: DecodedPacket, find: FindFlow): void {
    const quoted = this.#quoted;
    const code = decodeUnreachable(bytes, packet.nextOffset, packet.nextEnd, packet, quoted);
    if (code === 0) return;
    const { record, row } = find(quoted);
    const isTcp = row.transport === Transport.TCP;
    const sequence = isTcp ? row.sequence | 0 : 0;
    const reporter = record === 0 ? 0 : this.#reporterNumber(bytes, packet);
    if (record === 0 || !this.columns.report(record, row.side, isTcp, sequence, code, reporter))
      this.strayReports++;
  }

  /** Whether the flow in a record, whose first packet came at `first` (null: unknown), may still be answered where its source ended. */
  mayStillBeAnswered(record: number, first: Moment | null): boolean {
    const since = this.#waits.requestTime(record) ?? first;
    return this.#sources.mayStillBeAnswered(this.#waits.sourceOf(record), since);
  }

  forget(record: number): void {
    this.columns.forget(record);
    this.#waits.forget(record);
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
