/**
 * Numbers flows in the order of their first packets. Sessions that read the same captures with the same options assign the
 * same numbers: what the first one learns about a flow by its end, the second one can look up at its first packet.
 */
import type { PacketRow } from "../../flows/packet-row.ts";
import type { PacketWatch } from "../collector.ts";

export abstract class FlowNumbers implements PacketWatch {
  /** Number of flows so far, which is the number of the last one. */
  flows = 0;
  /** By flow entry: the number of its live flow; 0: none. Only entries in use cost memory. */
  #numbers = new Uint32Array(0);

  begin(capacity: number): void {
    this.#numbers = new Uint32Array(capacity + 1);
  }

  openSource(): void {}

  readFrom(): void {}

  closeSource(): void {}

  icmp(): void {}

  packet(entry: number, { recordNumber }: PacketRow): void {
    const known = this.#numbers[entry];
    const flow = known === 0 ? ++this.flows : known;
    this.#numbers[entry] = flow;
    this.see(flow, recordNumber, known === 0);
  }

  forget(entry: number): void {
    this.#numbers[entry] = 0;
  }

  /** Number of the flow in an entry. */
  protected flowIn(entry: number): number {
    return this.#numbers[entry];
  }

  /** A packet of a flow was counted: its record number, and whether it is the flow's first one. */
  protected abstract see(flow: number, recordNumber: number, isFirst: boolean): void;
}
