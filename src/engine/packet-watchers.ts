/** Shows every packet of live flows to the packet watcher, and to the payload observer those that it needs. */
import type { FlowObserver } from "../flows/flow-observer.ts";
import type { FlowTable } from "../flows/flow-table.ts";
import type { PacketRow } from "../flows/packet-row.ts";
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import type { FindFlow, PacketWatch } from "../reports/collector.ts";

export class PacketWatchers implements FlowObserver {
  readonly seesAll = true;
  readonly meetsAddresses: boolean;
  readonly #watches: readonly PacketWatch[];
  readonly #observer: FlowObserver | null;
  /** By record: 1 if the observer needs nothing more of the flow. Memory for used records only. */
  readonly #isObservedEnough: Uint8Array;

  /** For flows in records 1 to `capacity`; `observer`: the payload observer, or null. */
  constructor(watches: readonly PacketWatch[], observer: FlowObserver | null, capacity: number) {
    this.#watches = watches;
    this.#observer = observer;
    this.meetsAddresses = observer?.meetsAddresses ?? false;
    this.#isObservedEnough = new Uint8Array(capacity + 1);
    for (const watch of watches) watch.begin(capacity);
  }

  observe(record: number, packet: PacketRow): boolean {
    for (const watch of this.#watches) watch.packet(record, packet);
    if (this.#observer === null || this.#isObservedEnough[record] !== 0) return true;
    if (!packet.hasPayload && !packet.hasSyn) return true;
    if (!this.#observer.observe(record, packet)) this.#isObservedEnough[record] = 1;
    return true;
  }

  addMark(record: number, mark: number): void {
    this.#observer?.addMark(record, mark);
  }

  meet(packet: PacketRow, end: number, hops: number): boolean {
    return this.#observer?.meet(packet, end, hops) ?? false;
  }

  /** Receives ICMP packets; earlier packets must have been counted in `flows`. */
  icmpSink(flows: FlowTable): (bytes: Uint8Array, packet: DecodedPacket) => void {
    const find: FindFlow = (packet) => ({ record: flows.findRecord(packet), row: flows.batch.row(0) });
    return (bytes, packet) => {
      for (const watch of this.#watches) watch.icmp(bytes, packet, find);
    };
  }

  /** The flow in a record has ended, and was shown to all collectors. */
  forget(record: number): void {
    this.#isObservedEnough[record] = 0;
    for (const watch of this.#watches) watch.forget(record);
  }
}
