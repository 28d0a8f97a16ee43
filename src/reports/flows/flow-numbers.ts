/**
 * Numbers flows in the order of their first packets. Sessions that read the same captures with the same options number them
 * the same: what the first one knows of a flow when it has ended, the second one knows at its first packet.
 */
import type { PacketRow } from "../../flows/packet-row.ts";
import type { PacketWatch } from "../collector.ts";

export abstract class FlowNumbers implements PacketWatch {
  /** Flows so far: the last one has this number. */
  flows = 0;
  /** By record of the flow table: the number of the flow that lives there; 0: none. Memory for records that are used only. */
  #numbers = new Uint32Array(0);

  begin(capacity: number): void {
    this.#numbers = new Uint32Array(capacity + 1);
  }

  openSource(): void {}

  readFrom(): void {}

  closeSource(): void {}

  icmp(): void {}

  packet(record: number, { recordNumber }: PacketRow): void {
    const known = this.#numbers[record];
    const flow = known === 0 ? ++this.flows : known;
    this.#numbers[record] = flow;
    this.see(flow, recordNumber, known === 0);
  }

  forget(record: number): void {
    this.#numbers[record] = 0;
  }

  /** The number of the flow that lives in a record. */
  protected flowIn(record: number): number {
    return this.#numbers[record];
  }

  /** A packet of a flow was counted: the record that it is, and whether the flow begins with it. */
  protected abstract see(flow: number, recordNumber: number, isFirst: boolean): void;
}
