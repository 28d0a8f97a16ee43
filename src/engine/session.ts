/**
 * From packets to reports: reads sources, counts each record once, attributes each flow when it ends, and shows it to
 * its collectors. It names none of them. Files and live interfaces are read by the same session.
 */
import { isAppleAddress } from "../evidence/attribution/apple-address.ts";
import { Attributor } from "../evidence/attribution/attribution.ts";
import { BudgetedObserver } from "../evidence/observation/budgeted-observer.ts";
import { Observer } from "../evidence/observation/observer.ts";
import { FlowTable } from "../flows/flow-table.ts";
import { FlowView } from "../flows/flow-view.ts";
import { BUFFER_LENGTH } from "../packets/files/record-reader.ts";
import { copyRecords } from "../packets/kernel/copy-records.ts";
import type { Kernel } from "../packets/kernel/kernel.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import {
  type AttributedFlow,
  type Collector,
  type PacketWatch,
  type Reading,
  runSteps,
  type Steps,
} from "../reports/collector.ts";
import { SourceTotals } from "../reports/source-totals.ts";
import { Announcers } from "./announcers.ts";
import { DuplicateSearch } from "./duplicate-search.ts";
import { EdgeWatchers } from "./edge-watchers.ts";
import { LogFeed } from "./log-feed.ts";
import { PacketChoice } from "./packet-choice.ts";
import { PacketWatchers } from "./packet-watchers.ts";
import { flowLimits, type Knowledge, type ReadingOptions, summaryOptions } from "./reading-options.ts";
import { RecordCounter } from "./record-counter.ts";
import { SessionFlow } from "./session-flow.ts";
import { SessionReading } from "./session-reading.ts";
import { SourceList } from "./source-list.ts";

/** Flows for some milliseconds: if they have names and packets are watched; and if flows end and nobody waits. */
const [FLOWS_PER_STEP, FLOWS_PER_END] = [512, 16_384];

/**
 * Lets a block pass on its way to being counted: may wait, remove packets from it, and end its source
 * after it (false).
 */
export type BlockPass = (source: PacketSource, block: PacketBlock) => Promise<boolean>;

/** A snapshot in progress: flows that end before it reaches them are shown to it when they end. */
interface OpenSnapshot {
  readonly collector: Collector<unknown>;
  /** The first record whose flow it has not been shown yet. */
  nextRecord: number;
}

export class Session {
  /** Records read so far, including those that were not chosen. */
  records = 0;
  readonly sources: SourceList;
  /** Receives the entries of flow logs. */
  readonly logs: LogFeed;
  readonly #collectors: readonly Collector<unknown>[];
  readonly #watches: readonly PacketWatch[];
  readonly #choice: PacketChoice | null;
  readonly #duplicates: DuplicateSearch;
  readonly #flows: FlowTable;
  readonly #counter: RecordCounter;
  readonly #observer: Observer | null;
  readonly #watchers: PacketWatchers | null;
  readonly #edges: EdgeWatchers | null;
  readonly #flow: SessionFlow;
  readonly #announcers: Announcers | null;
  readonly #reading: Reading;
  /** What was read before packets were left out, of all sources. */
  readonly #beforeChoice = new SourceTotals("", null);
  readonly #snapshots = new Set<OpenSnapshot>();
  #isOver = false;

  /** Throws `InputError` for invalid options. */
  constructor(
    { services, rules }: Knowledge,
    options: ReadingOptions,
    collectors: readonly Collector<unknown>[],
  ) {
    const limits = flowLimits(options);
    this.#choice = PacketChoice.of(options);
    this.#duplicates = new DuplicateSearch(options);
    this.#collectors = collectors;
    this.#watches = collectors.flatMap(({ packets }) => packets ?? []);
    this.sources = new SourceList(this.#watches);
    this.#observer =
      rules === null
        ? null
        : new Observer(limits.maxFlows, {
            isAppleAddress: (flow, side) => isAppleAddress(flow, side, rules),
            isAppleName: (name) => rules.hosts.matchDnsName(name) !== null,
            isAppleOnlyType: (type) => rules.bonjour.isAppleOnly(type),
            devices: rules.devices,
            keepsFirstBytes: collectors.some(({ explains }) => explains),
          });
    const { evidenceShare } = options;
    const budgeted =
      this.#observer === null || evidenceShare === undefined
        ? null
        : new BudgetedObserver(this.#observer, evidenceShare);
    const payloads = budgeted ?? this.#observer;
    this.#watchers =
      this.#watches.length === 0 ? null : new PacketWatchers(this.#watches, payloads, limits.maxFlows);
    this.#flows = new FlowTable(
      { ...limits, portSpecificities: services.specificities },
      BUFFER_LENGTH,
      (flow) => this.#endFlow(flow),
      this.#watchers ?? payloads,
    );
    const { buckets, parts } = EdgeWatchers.watchesOf(collectors);
    this.#edges =
      buckets === null && parts === null
        ? null
        : new EdgeWatchers(buckets, parts, (flow) => this.#flow.show(flow));
    if (this.#edges !== null) this.#flows.observeEdges(this.#edges);
    const icmpSink = this.#watchers?.icmpSink(this.#flows) ?? null;
    this.#counter = new RecordCounter(
      this.#flows,
      this.#observer?.processes ?? null,
      icmpSink,
      buckets,
      !options.outer,
    );
    this.logs = new LogFeed(this.#flows, this.#observer, this.#counter, this.#watches);
    const attributor = new Attributor(services, rules);
    const timeDigits = () => this.sources.timeDigits;
    const judges = { attributor, observer: this.#observer, rules, announcers: null, timeDigits };
    const announcing = new SessionFlow(judges, new FlowView(this.#flows.kernel));
    this.#announcers = this.#observer && new Announcers(this.#observer.sessions, announcing);
    this.#flow = new SessionFlow({ ...judges, announcers: this.#announcers }, this.#flows.viewOf(0));
    this.#reading = new SessionReading({
      options: summaryOptions(options, limits, rules !== null),
      sources: this.sources,
      choice: this.#choice,
      beforeChoice: this.#beforeChoice,
      duplicates: this.#duplicates,
      counter: this.#counter,
      flows: this.#flows,
      observer: this.#observer,
      budgeted,
      attributor,
      flow: this.#flow,
      logs: this.logs,
    });
  }

  /** Buffer where packets are counted: blocks in it need no copying. Only one source at a time may fill such a block. */
  get kernel(): Kernel {
    return this.#flows.kernel;
  }

  /**
   * Reads a source to its end, in steps of a block; several may be read concurrently. Errors are recorded, not thrown.
   * `position` as for `SourceList.open`.
   */
  async *read(source: PacketSource, pass: BlockPass | null = null, position?: number): AsyncGenerator<void> {
    const totals = this.sources.open(source, position);
    for await (const block of source.blocks()) {
      this.sources.note(source, block, totals);
      this.#choosePackets(block, totals);
      const goesOn = pass === null || (await pass(source, block));
      this.#countPackets(block, totals);
      yield;
      if (!goesOn) break;
    }
    this.sources.close(source, totals);
  }

  /** Counts the records of a block (borrowed for the call, and changed) of an open source. */
  count(block: PacketBlock, totals: SourceTotals): void {
    this.#choosePackets(block, totals);
    this.#countPackets(block, totals);
  }

  /**
   * Counts records `first` to `end - 1` of a block (borrowed for the call), without changing it.
   *
   * @param run a block of the same source in the kernel: its contents are lost
   */
  countRun(block: PacketBlock, first: number, end: number, run: PacketBlock, totals: SourceTotals): void {
    const { place } = this.#flows.kernel;
    run.bytes = place.buffer;
    for (let i = first; i < end; ) {
      run.count = copyRecords(block, i, end, place);
      i += run.count;
      this.count(run, totals);
    }
  }

  /** Flows that are live now, or have not been examined since their last packet. */
  get liveFlowCount(): number {
    return this.#flows.live;
  }

  /**
   * The report of one of this session's collectors as if all flows ended now. Goes through all live flows, in steps between
   * which sources may be read: then it is not the state of a single moment, but misses no flow and has none twice.
   */
  *snapshot<R>(collector: Collector<R>): Steps<R> {
    this.#flush();
    const copy = collector.snapshot();
    const snapshot: OpenSnapshot = { collector: copy, nextRecord: 1 };
    this.#snapshots.add(snapshot);
    try {
      yield* this.#showLiveFlows((flow) => {
        snapshot.nextRecord = flow.flow.record + 1;
        copy.add(flow);
      });
    } finally {
      this.#snapshots.delete(snapshot);
    }
    this.#flush();
    return yield* copy.report(this.#reading);
  }

  /** The report of a collector that is shown only the live flows. No source may be read between the steps. */
  *liveFlows<R>(collector: Collector<R>): Steps<R> {
    this.#counter.flush();
    yield* this.#showLiveFlows((flow) => collector.add(flow));
    return yield* collector.report(this.#reading);
  }

  /** Ends all flows, in steps. Nothing may be read afterwards. */
  *finish(): Steps<void> {
    this.#counter.flush();
    this.#isOver = true;
    for (let record = 1; record !== 0; ) {
      record = this.#flows.finish(record, FLOWS_PER_END);
      yield;
    }
  }

  /** The report of one of this session's collectors on all flows; ends those that live. */
  report<R>(collector: Collector<R>): R {
    if (!this.#isOver) runSteps(this.finish());
    return runSteps(collector.report(this.#reading));
  }

  /** Removes packets that do not count from a block. */
  #choosePackets(block: PacketBlock, totals: SourceTotals): void {
    this.records += block.count;
    if (this.#choice !== null) {
      this.#beforeChoice.addBlock(block);
      this.#choice.apply(block);
    }
    if (this.#duplicates.leavesOut) this.#duplicates.takeOut({ source: totals, block });
    // The row now belongs to another record.
    if (this.#choice !== null || this.#duplicates.leavesOut) block.runs = 0;
  }

  #countPackets(block: PacketBlock, totals: SourceTotals): void {
    if (block.count === 0) return;
    for (const watch of this.#watches) watch.readFrom(totals);
    this.#counter.count(block, totals);
    for (const watch of this.#watches) watch.counted?.(block);
    if (this.#duplicates.leavesOut) return;
    this.#duplicates.look({ source: totals, block }, this.sources.openCount);
  }

  /** Counts everything that waits to be counted, and records the state of the open sources. */
  #flush(): void {
    this.#counter.flush();
    this.sources.describeOpen();
  }

  /** Shows every live flow with the attribution that it would have if it ended now. */
  *#showLiveFlows(show: (flow: AttributedFlow) => void): Steps<void> {
    const visit = (flow: FlowView) => show(this.#flow.show(flow));
    for (let record = 1; record !== 0; ) {
      record = this.#flows.forEachLive(visit, record, FLOWS_PER_STEP);
      yield;
    }
  }

  /** Attributes a flow that has ended (borrowed for the call), and shows it. */
  #endFlow(flow: FlowView): void {
    const { record } = flow;
    this.#observer?.finish(record);
    const shown = this.#flow.show(flow);
    for (const collector of this.#collectors) collector.add(shown);
    if (this.#snapshots.size > 0) {
      for (const { collector, nextRecord } of this.#snapshots) if (record >= nextRecord) collector.add(shown);
    }
    this.#announcers?.end(shown);
    // Last, because nothing uses its record afterwards.
    if (this.#isOver) return;
    this.#observer?.forget(record);
    this.#watchers?.forget(record);
    this.#edges?.forget(record);
  }
}
