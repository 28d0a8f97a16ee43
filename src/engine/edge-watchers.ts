/** Notifies collectors when flows cross edges in time: those between buckets, and those of a flow's own age. */
import type { EdgeObserver } from "../flows/edge-observer.ts";
import type { FlowView } from "../flows/flow-view.ts";
import type { PacketRow } from "../flows/packet-row.ts";
import type { AttributedFlow, BucketWatch, Collector, PartWatch } from "../reports/collector.ts";

export class EdgeWatchers implements EdgeObserver {
  readonly activeSeconds: number;
  readonly #buckets: BucketWatch | null;
  readonly #parts: PartWatch | null;
  readonly #show: (flow: FlowView) => AttributedFlow;

  /** `show`: attributes a live flow as of now. */
  constructor(
    buckets: BucketWatch | null,
    parts: PartWatch | null,
    show: (flow: FlowView) => AttributedFlow,
  ) {
    this.#buckets = buckets;
    this.#parts = parts;
    this.#show = show;
    this.activeSeconds = parts?.activeSeconds ?? 0;
  }

  get bucketSeconds(): number {
    return this.#buckets?.bucketSeconds ?? 0;
  }

  /** The watchers among collectors: of each kind at most one, the first. */
  static watchesOf(collectors: readonly Collector<unknown>[]): {
    readonly buckets: BucketWatch | null;
    readonly parts: PartWatch | null;
  } {
    const [buckets = null] = collectors.flatMap((collector) => collector.buckets ?? []);
    const [parts = null] = collectors.flatMap((collector) => collector.parts ?? []);
    return { buckets, parts };
  }

  leaveBucket(flow: FlowView): void {
    this.#buckets?.leaveBucket(flow);
  }

  seeLate(flow: FlowView, packet: PacketRow): void {
    this.#buckets?.seeLate(flow, packet);
  }

  leavePart(flow: FlowView, packet: PacketRow): void {
    this.#parts?.leavePart(this.#show(flow), packet);
  }

  /** The flow in a record has ended, and was shown to all collectors. */
  forget(record: number): void {
    this.#buckets?.forget(record);
    this.#parts?.forget(record);
  }
}
