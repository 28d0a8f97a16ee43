/** Traffic per device: the address at the other end from the service. */
import type { FlowView } from "../flows/flow-view.ts";
import { serviceSide } from "../flows/orientation.ts";
import { compareText } from "./product-totals.ts";
import type { HostSummary } from "./summary.ts";

/** Under this name goes what devices beyond the limit have sent and received. */
export const OTHER_HOSTS = "(other hosts)";

interface HostTotal {
  flows: number;
  packets: number;
  bytes: number;
}

export class HostTotals {
  readonly #hosts = new Map<string, HostTotal>();
  readonly #limit: number;

  /** `limit`: addresses that are told apart at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a finished flow (borrowed for the call) with its orientation. */
  add(flow: FlowView, oriented: number): void {
    const address = flow.address(1 - serviceSide(oriented));
    let total = this.#hosts.get(address);
    if (total === undefined) {
      const name = this.#hosts.size < this.#limit ? address : OTHER_HOSTS;
      total = this.#hosts.get(name) ?? { flows: 0, packets: 0, bytes: 0 };
      this.#hosts.set(name, total);
    }
    total.flows += 1;
    total.packets += flow.packets(0) + flow.packets(1);
    total.bytes += flow.bytes(0) + flow.bytes(1);
  }

  /** By bytes, then address. */
  summaries(): HostSummary[] {
    return [...this.#hosts]
      .map(([address, total]) => ({ address, ...total }))
      .sort((a, b) => b.bytes - a.bytes || compareText(a.address, b.address));
  }
}
