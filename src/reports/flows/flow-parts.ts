/** The parts of flows that live long: what of each live flow was told already, by its record. */
import type { FlowView } from "../../flows/flow-view.ts";
import type { PacketRow } from "../../flows/packet-row.ts";
import type { FlowPart } from "../flow-report.ts";

/** Of a flow that nothing was told of. */
const WHOLE = { first: null, toldPackets: [0, 0], toldBytes: [0, 0] } as const;

export class FlowParts {
  /** The part that is open of each flow that has had one before. */
  readonly #open = new Map<number, Omit<FlowPart, "continues">>();

  /** Ends a part of a flow before `packet`, with which the next one begins (both borrowed). Owned by the caller. */
  next(flow: FlowView, { seconds, nanoseconds }: PacketRow): FlowPart {
    const part = this.#open.get(flow.entry) ?? WHOLE;
    this.#open.set(flow.entry, {
      first: { seconds, nanoseconds },
      toldPackets: [flow.packets(0), flow.packets(1)],
      toldBytes: [flow.bytes(0), flow.bytes(1)],
    });
    return { ...part, continues: true };
  }

  /** The last part of the flow in a record, which has ended. Owned by the caller. */
  last(record: number): FlowPart {
    return { ...(this.#open.get(record) ?? WHOLE), continues: false };
  }

  /** The flow in a record has ended, and was shown: another one may begin there. */
  forget(record: number): void {
    this.#open.delete(record);
  }
}
