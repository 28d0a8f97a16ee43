/**
 * From packets to reports: reads sources, counts each record once, attributes each flow when it ends, and shows it to the
 * collectors that it was given. It names none of them. Files and live interfaces are read by the same session.
 */
import type { InputError } from "../errors.ts";
import { isAppleAddress } from "../evidence/attribution/apple-address.ts";
import { Attributor } from "../evidence/attribution/attribution.ts";
import { Observer } from "../evidence/observation/observer.ts";
import { FlowTable } from "../flows/flow-table.ts";
import type { FlowView } from "../flows/flow-view.ts";
import { BUFFER_LENGTH } from "../packets/files/record-reader.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { AttributedFlow, Collector, PacketWatch, Reading, Steps } from "../reports/collector.ts";
import { SourceTotals, summarizeCapture } from "../reports/source-totals.ts";
import { describeInterfaces } from "./describe-interfaces.ts";
import { DuplicateSearch } from "./duplicate-search.ts";
import { PacketChoice } from "./packet-choice.ts";
import { PacketWatchers } from "./packet-watchers.ts";
import { flowLimits, type Knowledge, type ReadingOptions } from "./reading-options.ts";
import { RecordCounter } from "./record-counter.ts";
import { SessionFlow } from "./session-flow.ts";

/** Some milliseconds' worth where flows have names and packets are watched. */
const FLOWS_PER_STEP = 512;
/** The same where flows end, and nobody waits. */
const FLOWS_PER_END = 16_384;

/**
 * Lets a block pass on its way to be counted: it may wait, take packets out of it, and end the reading of its source
 * after it (false).
 */
export type BlockPass = (source: PacketSource, block: PacketBlock) => Promise<boolean>;

/** A snapshot that has not come to all live flows: those that end before it comes to them are shown to it when they end. */
interface OpenSnapshot {
  readonly collector: Collector<unknown>;
  /** The first record whose flow it was not shown yet. */
  nextRecord: number;
}

export class Session {
  /** Records read so far, those included that were not chosen. */
  records = 0;
  readonly #collectors: readonly Collector<unknown>[];
  readonly #watches: readonly PacketWatch[];
  readonly #choice: PacketChoice | null;
  readonly #duplicates: DuplicateSearch;
  readonly #flows: FlowTable;
  readonly #counter: RecordCounter;
  readonly #observer: Observer | null;
  readonly #watchers: PacketWatchers | null;
  readonly #flow: SessionFlow;
  readonly #reading: Reading;
  readonly #sources: SourceTotals[] = [];
  /** What was read before packets were left out, of all sources. */
  readonly #beforeChoice = new SourceTotals("", null);
  /** Those that are still being read. */
  readonly #open = new Map<SourceTotals, PacketSource>();
  readonly #snapshots = new Set<OpenSnapshot>();
  #timeDigits = 0;
  #isOver = false;

  /** Throws `InputError` for options that cannot be used. */
  constructor(
    { services, rules }: Knowledge,
    options: ReadingOptions,
    collectors: readonly Collector<unknown>[],
  ) {
    const limits = flowLimits(options);
    const { maxFlows } = limits;
    this.#choice = PacketChoice.of(options);
    this.#duplicates = new DuplicateSearch(options);
    this.#collectors = collectors;
    this.#watches = collectors.flatMap(({ packets }) => packets ?? []);
    this.#observer =
      rules === null
        ? null
        : new Observer(
            maxFlows,
            (flow, side) => isAppleAddress(flow, side, rules),
            (name) => rules.hosts.matchDnsName(name) !== null,
          );
    this.#watchers =
      this.#watches.length === 0 ? null : new PacketWatchers(this.#watches, this.#observer, maxFlows);
    this.#flows = new FlowTable(
      { ...limits, portSpecificities: services.specificities },
      BUFFER_LENGTH,
      (flow) => this.#endFlow(flow),
      this.#watchers ?? this.#observer,
    );
    const icmpSink = this.#watchers?.icmpSink(this.#flows) ?? null;
    this.#counter = new RecordCounter(
      this.#flows,
      this.#observer?.processes ?? null,
      icmpSink,
      !options.outer,
    );
    const attributor = new Attributor(services, rules);
    const timeDigits = () => this.#timeDigits;
    this.#flow = new SessionFlow(
      { attributor, observer: this.#observer, rules, timeDigits },
      this.#flows.viewOf(0),
    );
    this.#reading = this.#describeReading();
  }

  /** A new block for a source, whose packets need not be copied to be counted. One source at a time may fill such a block. */
  createBlock(): PacketBlock {
    return this.#flows.kernel.createBlock();
  }

  /**
   * Reads a source to its end, in steps of a block; several may be read at once. What stops it before is noted, not thrown.
   */
  async *read(source: PacketSource, pass: BlockPass | null = null): AsyncGenerator<void> {
    const totals = new SourceTotals(source.name, source.format);
    this.#sources.push(totals);
    this.#open.set(totals, source);
    for (const watch of this.#watches) watch.openSource(totals);
    for await (const block of source.blocks()) {
      this.#noteTimeDigits(source);
      this.records += block.count;
      totals.noteWeirds(block.impossibleTimes, block.implausibleLengths);
      if (this.#choice !== null) {
        this.#beforeChoice.addBlock(block);
        this.#choice.apply(block);
      }
      if (this.#duplicates.leavesOut) this.#duplicates.takeOut({ source, block });
      const goesOn = pass === null || (await pass(source, block));
      if (block.count > 0) {
        for (const watch of this.#watches) watch.readFrom(totals);
        this.#counter.count(block, totals);
        if (!this.#duplicates.leavesOut) {
          this.#duplicates.look({ source, block }, this.#open.size, this.#counter.tunnels);
        }
      }
      yield;
      if (!goesOn) break;
    }
    // An interface may be described after the last packet.
    this.#noteTimeDigits(source);
    this.#open.delete(totals);
    for (const watch of this.#watches) watch.closeSource(totals);
    totals.finish(
      describeInterfaces(source.interfaces, (id) => totals.unsupported(id)),
      source.error,
    );
  }

  /** Notes a source that could not be opened. */
  fail(name: string, error: InputError): void {
    const totals = new SourceTotals(name, null);
    totals.finish({ listed: [], more: null }, error);
    this.#sources.push(totals);
  }

  /** Flows that are live now, or have not been looked through since they fell silent. */
  get liveFlowCount(): number {
    return this.#flows.live;
  }

  /**
   * What a collector of this session would report if all flows ended now. Goes through all live flows, in steps between
   * which sources may be read: then it is the state of no one moment, but misses no flow and has none twice.
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

  /** What a collector reports that is shown the live flows only. No source may be read between the steps. */
  *liveFlows<R>(collector: Collector<R>): Steps<R> {
    this.#counter.flush();
    yield* this.#showLiveFlows((flow) => collector.add(flow));
    return yield* collector.report(this.#reading);
  }

  /** Ends all flows, in steps. Nothing is read any more. */
  *finish(): Steps<void> {
    this.#counter.flush();
    this.#isOver = true;
    for (let record = 1; record !== 0; ) {
      record = this.#flows.finish(record, FLOWS_PER_END);
      yield;
    }
  }

  /** What a collector of this session reports of all flows; ends those that live. */
  report<R>(collector: Collector<R>): R {
    if (!this.#isOver) runSteps(this.finish());
    return runSteps(collector.report(this.#reading));
  }

  /** Times are shown with as many digits as those of any interface have. */
  #noteTimeDigits({ interfaces }: PacketSource): void {
    for (const { timeDigits } of interfaces) this.#timeDigits = Math.max(this.#timeDigits, timeDigits);
  }

  /** Counts what waits to be counted, and notes what the open sources say of themselves. */
  #flush(): void {
    this.#counter.flush();
    for (const [totals, { interfaces }] of this.#open) {
      totals.describe(describeInterfaces(interfaces, (id) => totals.unsupported(id)));
    }
  }

  /** Shows every live flow as it would be attributed if it ended now. */
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
    // At the end, nothing comes after it in its record.
    if (this.#isOver) return;
    this.#observer?.forget(record);
    this.#watchers?.forget(record);
  }

  #describeReading(): Reading {
    const choice = this.#choice;
    const capture = () =>
      summarizeCapture(this.#sources, this.#counter.tunnels, this.#timeDigits, {
        beforeChoice: choice === null ? null : this.#beforeChoice,
        filtered: choice?.filtered ?? 0,
        outsideTime: choice?.outsideTime ?? 0,
        duplicates: this.#duplicates.toSummary(),
      });
    const flows = this.#flows;
    const observer = this.#observer;
    const timeDigits = () => this.#timeDigits;
    return {
      packetsByWeird: this.#counter.packetsByWeird,
      bytesByWeird: this.#counter.bytesByWeird,
      get capture() {
        return capture();
      },
      get evictedFlows() {
        return flows.evicted;
      },
      get evidenceDropped() {
        return observer?.dropped ?? { handshakes: 0, names: 0 };
      },
      get refusedNames() {
        return observer?.refusedNames() ?? [];
      },
      get timeDigits() {
        return timeDigits();
      },
      deviceNameOf: (address) => observer?.deviceNameOf(address) ?? null,
      liveFlow: (record) => this.#flow.show(flows.viewOf(record)),
    };
  }
}

/** Does all steps at once. */
function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
