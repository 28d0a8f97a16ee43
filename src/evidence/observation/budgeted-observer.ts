/** Limits the packets shown to an observer to a time budget. */
import type { FlowObserver } from "../../flows/flow-observer.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import { EvidenceBudget } from "./evidence-budget.ts";

export class BudgetedObserver implements FlowObserver {
  readonly needsAll: boolean;
  readonly needsAddresses: boolean;
  readonly #observer: FlowObserver;
  readonly #budget: EvidenceBudget;

  /** @param share as in `EvidenceBudget` */
  constructor(observer: FlowObserver, share: number) {
    this.needsAll = observer.needsAll;
    this.needsAddresses = observer.needsAddresses;
    this.#observer = observer;
    this.#budget = new EvidenceBudget(share, () => performance.now());
  }

  /** Packets that were not shown. */
  get leftOut(): number {
    return this.#budget.leftOut;
  }

  observe(entry: number, packet: PacketRow): boolean {
    // A SYN, which gives the start of its stream, costs nothing.
    if (packet.hasSyn) return this.#observer.observe(entry, packet);
    if (!this.#budget.begin(packet.seconds)) return true;
    const isWanted = this.#observer.observe(entry, packet);
    this.#budget.end();
    return isWanted;
  }

  observeAddress(packet: PacketRow, end: number, hops: number): boolean {
    return this.#observer.observeAddress(packet, end, hops);
  }

  addMark(entry: number, mark: number): void {
    this.#observer.addMark(entry, mark);
  }
}
