/** Parts of long-lived flows: what was already reported of each live flow, by its entry. */
import type { FlowView } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import type { FlowPart } from "../flow-report.ts";

/** Initial part of a flow that was not reported before. */
const WHOLE = { first: null, reportedPackets: [0, 0], reportedBytes: [0, 0] } as const;

export class FlowParts {
  /** The open part of each flow that has had an earlier one. */
  readonly #open = new Map<number, Omit<FlowPart, "continues">>();

  /** Ends a part of a flow before `packet`, which begins the next part (both borrowed). Owned by the caller. */
  next(flow: FlowView, { seconds, nanoseconds }: PacketRow): FlowPart {
    const part = this.#open.get(flow.entry) ?? WHOLE;
    this.#open.set(flow.entry, {
      first: { seconds, nanoseconds },
      reportedPackets: [flow.packets(0), flow.packets(1)],
      reportedBytes: [flow.bytes(0), flow.bytes(1)],
    });
    return { ...part, continues: true };
  }

  /** The last part of the flow in an entry, which has ended. Owned by the caller. */
  last(entry: number): FlowPart {
    return { ...(this.#open.get(entry) ?? WHOLE), continues: false };
  }

  /** The flow in an entry has ended and was shown; the entry may be reused. */
  forget(entry: number): void {
    this.#open.delete(entry);
  }
}
