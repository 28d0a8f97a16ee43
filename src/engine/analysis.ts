/**
 * From packets to a summary: decode -> flows -> attribution -> totals. Knows all layers. Every record of a capture is
 * counted here exactly once.
 */

import type { InputError } from "../errors.ts";
import { applePrefixOf, isAppleAddress } from "../evidence/attribution/apple-address.ts";
import { Attributor } from "../evidence/attribution/attribution.ts";
import type { Attribution } from "../evidence/attribution/evidence.ts";
import { type FlowFacts, NO_FACTS } from "../evidence/observation/flow-facts.ts";
import { Observer } from "../evidence/observation/observer.ts";
import type { RefusedName } from "../evidence/observation/refused-names.ts";
import { FlowTable } from "../flows/flow-table.ts";
import type { FlowView } from "../flows/flow-view.ts";
import { servicePortOf, serviceSide } from "../flows/orientation.ts";
import { linkTypeName } from "../net/link-types.ts";
import { BUFFER_LENGTH } from "../packets/files/record-reader.ts";
import type { PacketBlock } from "../packets/packet-block.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import { describeFlow } from "../reports/flows/flow-report.ts";
import { type LiveFlows, LiveFlowTotals } from "../reports/flows/live-flows.ts";
import type { SeenFlow } from "../reports/reach/reach-collector.ts";
import type { ReachReport } from "../reports/reach/reach-report.ts";
import { buildSummary } from "../reports/traffic/build-summary.ts";
import { HostTotals } from "../reports/traffic/host-totals.ts";
import { SourceTotals, summarizeCapture } from "../reports/traffic/source-totals.ts";
import type { InterfaceSummary, Summary } from "../reports/traffic/summary.ts";
import { TrafficTotals } from "../reports/traffic/traffic-totals.ts";
import { type AnalysisOptions, checkLimits } from "./analysis-options.ts";
import { RecordCounter } from "./record-counter.ts";

/** Work that can be interrupted between its steps. */
export type Steps<T> = Generator<void, T>;

/** Some milliseconds' worth where flows have names and reach is asked for. */
const RECORDS_PER_STEP = 512;

/** Counts the packets of sources, one after the other or several at once; one object for one summary. */
export class Analysis {
  readonly #options: AnalysisOptions;
  readonly #counter: RecordCounter;
  readonly #flows: FlowTable;
  readonly #observer: Observer | null;
  readonly #attributor: Attributor;
  readonly #totals: TrafficTotals;
  readonly #hosts: HostTotals | null;
  readonly #sources: SourceTotals[] = [];
  /** Those that are still being read. */
  readonly #open = new Map<SourceTotals, PacketSource>();
  #timeDigits = 0;
  #isOver = false;

  /** Throws `InputError` for numbers that cannot be used. */
  constructor(options: AnalysisOptions) {
    checkLimits(options);
    this.#options = options;
    const { services, rules, domainOf } = options;
    this.#attributor = new Attributor(services, rules);
    this.#totals = new TrafficTotals(
      services.products.flatMap(({ retiredAtSeconds }) =>
        retiredAtSeconds === null ? [] : [retiredAtSeconds],
      ),
    );
    this.#hosts = domainOf === null ? null : new HostTotals(options.maxFlows, domainOf);
    this.#observer =
      rules === null
        ? null
        : new Observer(
            options.maxFlows,
            (flow, side) => isAppleAddress(flow, side, rules),
            (name) => rules.hosts.matchDnsName(name) !== null,
          );
    const watch = options.reach?.watch(options.maxFlows, this.#observer) ?? null;
    const limits = { ...options, portSpecificities: services.specificities };
    const flows = new FlowTable(
      limits,
      BUFFER_LENGTH,
      (flow) => this.#endFlow(flow),
      watch ?? this.#observer,
    );
    this.#flows = flows;
    this.#counter = new RecordCounter(
      options,
      flows,
      this.#observer?.processes ?? null,
      watch === null ? null : (bytes, packet) => watch.addIcmp(bytes, packet, flows),
    );
  }

  /** A new block for a source, whose packets need not be copied to be counted. One source at a time may fill such a block. */
  createBlock(): PacketBlock {
    return this.#flows.kernel.createBlock();
  }

  /** Records counted so far, those that were filtered out included. */
  records = 0;

  /** Reads a source to its end; what stops it before is noted, not thrown. `onBlock` is called now and then. */
  async read(source: PacketSource, onBlock?: () => void): Promise<void> {
    const totals = new SourceTotals(source.name, source.format);
    this.#sources.push(totals);
    this.#open.set(totals, source);
    const { reach } = this.#options;
    const number = reach?.openSource(totals) ?? 0;
    for await (const block of source.blocks()) {
      this.#noteTimeDigits(source);
      reach?.readFrom(number);
      this.#counter.count(block, totals);
      this.records += block.count;
      onBlock?.();
    }
    // An interface may be described after the last packet.
    this.#noteTimeDigits(source);
    this.#open.delete(totals);
    reach?.closeSource(number);
    totals.finish(describeInterfaces(source, totals), source.error);
  }

  /** Times are shown with as many digits as those of any interface have. */
  #noteTimeDigits({ interfaces }: PacketSource): void {
    for (const { timeDigits } of interfaces) this.#timeDigits = Math.max(this.#timeDigits, timeDigits);
  }

  /** Notes a source that could not be opened. */
  fail(name: string, error: InputError): void {
    const totals = new SourceTotals(name, null);
    totals.finish([], error);
    this.#sources.push(totals);
  }

  /** Flows that are live now, or have not been looked through since they fell silent. */
  get liveFlowCount(): number {
    return this.#flows.live;
  }

  /**
   * The summary of everything so far, flows that are still live included. Goes through all live flows, in steps of some
   * milliseconds each; no source may be read between them.
   */
  *snapshotSteps(): Steps<Summary> {
    this.#flush();
    const totals = this.#totals.copy();
    yield* this.#liveSteps((flow, oriented, attribution) => totals.add(flow, oriented, attribution));
    return this.#summarize(totals);
  }

  /**
   * The live flows that `isMeant` chooses by what they are attributed to: the `limit` with most bytes, and what all of
   * them add up to per device. In steps, as `snapshotSteps`. Owned by the caller.
   */
  *liveFlowSteps(limit: number, isMeant: (attribution: Attribution) => boolean): Steps<LiveFlows> {
    this.#counter.flush();
    const found = new LiveFlowTotals(limit);
    yield* this.#liveSteps((flow, oriented, attribution) => {
      if (isMeant(attribution)) found.add(flow, oriented);
    });
    return found.describe(
      (record) => {
        const flow = this.#flows.viewOf(record);
        const { oriented } = flow;
        const facts = this.#factsOf(flow, serviceSide(oriented));
        const attribution = this.#attribute(flow, oriented, facts);
        return describeFlow(flow, oriented, attribution, facts, this.#timeDigits);
      },
      (address) => this.#observer?.deviceNameOf(address) ?? null,
    );
  }

  /**
   * Whether services could be reached so far, by live flows too; null where that is not collected. Goes through all live
   * flows, in steps between which sources may be read: it is the state of no one moment, and misses no flow.
   */
  *reachSteps(): Steps<ReachReport | null> {
    const { reach } = this.#options;
    if (!reach) return null;
    this.#flush();
    const look = reach.beginLook();
    try {
      yield* this.#liveSteps((flow, oriented, attribution, facts) =>
        reach.addLiveFlow(look, this.#seen(flow, oriented, attribution, facts)),
      );
    } finally {
      reach.endLook(look);
    }
    this.#flush();
    const capture = summarizeCapture(this.#sources, this.#timeDigits);
    return yield* reach.reportSteps(look.tally, capture, this.refusedNames);
  }

  /** Names of Apple's that somebody asked for in vain so far. */
  get refusedNames(): readonly RefusedName[] {
    return this.#observer?.refusedNames() ?? [];
  }

  /** Ends all flows and derives the summary. The analysis is over then. */
  finish(): Summary {
    this.#counter.flush();
    this.#isOver = true;
    this.#flows.finish();
    return this.#summarize(this.#totals);
  }

  /** Counts what waits to be counted, and notes what the open sources say of themselves. */
  #flush(): void {
    this.#counter.flush();
    for (const [totals, source] of this.#open) totals.describe(describeInterfaces(source, totals));
  }

  /** Shows every live flow (borrowed for the call) as it would be attributed if it ended now. */
  *#liveSteps(
    visit: (flow: FlowView, oriented: number, attribution: Attribution, facts: FlowFacts) => void,
  ): Steps<void> {
    const visitFlow = (flow: FlowView) => {
      const { oriented } = flow;
      const facts = this.#factsOf(flow, serviceSide(oriented));
      visit(flow, oriented, this.#attribute(flow, oriented, facts), facts);
    };
    for (let record = 1; record !== 0; ) {
      record = this.#flows.forEachLive(visitFlow, record, RECORDS_PER_STEP);
      yield;
    }
  }

  #summarize(totals: TrafficTotals): Summary {
    return buildSummary(
      {
        capture: summarizeCapture(this.#sources, this.#timeDigits),
        packetsByWeird: this.#counter.packetsByWeird,
        bytesByWeird: this.#counter.bytesByWeird,
        totals,
        evictedFlows: this.#flows.evicted,
        evidenceDropped: this.#observer?.dropped ?? { handshakes: 0, names: 0 },
        hosts: this.#hosts?.summaries((address) => this.#observer?.deviceNameOf(address) ?? null) ?? null,
        timeDigits: this.#timeDigits,
      },
      this.#options.services,
    );
  }

  /** Attributes a flow that has ended (borrowed for the call), and adds it up. */
  #endFlow(flow: FlowView): void {
    const { oriented } = flow;
    const service = serviceSide(oriented);
    this.#observer?.finish(flow.record);
    const facts = this.#factsOf(flow, service);
    const attribution = this.#attribute(flow, oriented, facts);
    this.#totals.add(flow, oriented, attribution);
    this.#hosts?.add(flow, oriented, facts);
    const { onFlow, reach } = this.#options;
    if (onFlow !== null || reach) {
      const seen = this.#seen(flow, oriented, attribution, facts);
      reach?.addFlow(seen);
      onFlow?.(seen.describe(), () =>
        this.#attributor.explain(
          flow.transport,
          servicePortOf(flow, oriented),
          facts,
          facts.isAppleAddress ? applePrefixOf(flow, service, this.#options.rules) : null,
        ),
      );
    }
    // At the end, nothing comes after it in its record.
    if (!this.#isOver) this.#observer?.forget(flow.record);
  }

  #seen(flow: FlowView, oriented: number, attribution: Attribution, facts: FlowFacts): SeenFlow {
    const describe = () => describeFlow(flow, oriented, attribution, facts, this.#timeDigits);
    return { flow, oriented, attribution, facts, describe };
  }

  #factsOf(flow: FlowView, service: number): FlowFacts {
    return this.#observer === null ? NO_FACTS : this.#observer.factsOf(flow, service);
  }

  #attribute(flow: FlowView, oriented: number, facts: FlowFacts): Attribution {
    return this.#attributor.attribute(flow.transport, servicePortOf(flow, oriented), facts);
  }
}

/** The interfaces that a source has described so far. */
function describeInterfaces(source: PacketSource, totals: SourceTotals): InterfaceSummary[] {
  return source.interfaces.map(({ name, linkType, packets, dropped }, id) => ({
    name,
    linkType: linkTypeName(linkType),
    packets,
    unsupported: totals.unsupported(id),
    dropped,
  }));
}
