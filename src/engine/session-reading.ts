/** What a session has read so far, for reports: every number is read when it is accessed. */
import type { Attributor } from "../evidence/attribution/attribution.ts";
import type { Device } from "../evidence/devices/join-devices.ts";
import type { BudgetedObserver } from "../evidence/observation/budgeted-observer.ts";
import type { Observer } from "../evidence/observation/observer.ts";
import type { FlowTable } from "../flows/flow-table.ts";
import type { AddressKey } from "../net/address-key.ts";
import type { CaptureSummary, SummaryOptions } from "../reports/capture-summary.ts";
import type { AttributedFlow, Reading } from "../reports/collector.ts";
import { type SourceTotals, summarizeCapture } from "../reports/source-totals.ts";
import type { DuplicateSearch } from "./duplicate-search.ts";
import type { LogFeed } from "./log-feed.ts";
import type { PacketChoice } from "./packet-choice.ts";
import type { RecordCounter } from "./record-counter.ts";
import type { SessionFlow } from "./session-flow.ts";
import type { SourceList } from "./source-list.ts";

/** The parts of a session that provide it. */
export interface ReadingParts {
  readonly options: SummaryOptions;
  readonly sources: SourceList;
  /** null: no packets are left out. */
  readonly choice: PacketChoice | null;
  /** What was read before packets were left out, of all sources. */
  readonly beforeChoice: SourceTotals;
  readonly duplicates: DuplicateSearch;
  readonly counter: RecordCounter;
  readonly flows: FlowTable;
  readonly observer: Observer | null;
  /** null: no limit on the time spent on packets. */
  readonly budgeted: BudgetedObserver | null;
  readonly attributor: Attributor;
  readonly flow: SessionFlow;
  readonly logs: LogFeed;
}

export class SessionReading implements Reading {
  readonly options: SummaryOptions;
  readonly packetsByWeird: Float64Array;
  readonly bytesByWeird: Float64Array;
  readonly unknownProtocols: Reading["unknownProtocols"];
  readonly #parts: ReadingParts;

  constructor(parts: ReadingParts) {
    const { packetsByWeird, bytesByWeird, unknownProtocols } = parts.counter;
    this.options = parts.options;
    this.packetsByWeird = packetsByWeird;
    this.bytesByWeird = bytesByWeird;
    this.unknownProtocols = unknownProtocols;
    this.#parts = parts;
  }

  get capture(): CaptureSummary {
    const { sources, counter, choice, beforeChoice, duplicates, logs } = this.#parts;
    return summarizeCapture(sources.list(), sources.more, counter.tunnels, sources.timeDigits, {
      beforeChoice: choice === null ? null : beforeChoice,
      filtered: choice?.filtered ?? 0,
      outsideTime: choice?.outsideTime ?? 0,
      duplicates: duplicates.toSummary(),
      flowRecords: logs.toSummary(),
    });
  }

  get evictedFlows(): number {
    return this.#parts.flows.evicted;
  }

  get evidenceDropped(): Reading["evidenceDropped"] {
    const { observer, budgeted, attributor, logs } = this.#parts;
    const { handshakes, names } = observer?.dropped ?? { handshakes: 0, names: 0 };
    return {
      handshakes: handshakes + (budgeted?.leftOut ?? 0) + logs.dropped,
      names: names + attributor.dropped,
    };
  }

  get refusedNames(): Reading["refusedNames"] {
    return this.#parts.observer?.refusedNames() ?? [];
  }

  get timeDigits(): Reading["timeDigits"] {
    return this.#parts.sources.timeDigits;
  }

  devices(): readonly Device[] {
    const { observer } = this.#parts;
    return observer?.devices.devices((address) => observer.deviceNameOf(address)) ?? [];
  }

  get devicesLeftOut(): number {
    return this.#parts.observer?.devices.leftOut ?? 0;
  }

  deviceNameOf(address: AddressKey): string | null {
    return this.#parts.observer?.deviceNameOf(address) ?? null;
  }

  liveFlow(record: number): AttributedFlow {
    const { flow, flows } = this.#parts;
    return flow.show(flows.viewOf(record));
  }
}
