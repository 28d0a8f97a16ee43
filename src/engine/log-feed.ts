/** Counts entries of flow logs in the session's flow table and observer, like packets (docs/contract.md, "Flow records"). */
import type { Observer } from "../evidence/observation/observer.ts";
import type { FlowEntry, LogEntry, LogFormat } from "../flow-records/log-entry.ts";
import { PendingNames } from "../flow-records/pending-names.ts";
import type { FlowTable } from "../flows/flow-table.ts";
import { Transport } from "../flows/flow-view.ts";
import { RecordedFlows } from "../flows/recorded-flows.ts";
import { TCP_SYN } from "../net/tcp-flags.ts";
import type { PacketWatch } from "../reports/collector.ts";
import { FLOW_RECORD_LACKS, type FlowRecordLack, type FlowRecordSummary } from "../reports/record-summary.ts";
import type { SourceTotals } from "../reports/source-totals.ts";
import type { RecordCounter } from "./record-counter.ts";

/** Facts on a log beside its entries. */
export interface FedLog {
  readonly format: LogFormat;
  /** Records so far of sampled packets. */
  readonly sampled: number;
}

export class LogFeed {
  readonly #recorded: RecordedFlows;
  readonly #observer: Observer | null;
  readonly #counter: RecordCounter;
  readonly #watches: readonly PacketWatch[];
  readonly #pending = new PendingNames();
  readonly #times = new Uint32Array(4);
  readonly #formats = new Set<LogFormat>();
  #records = 0;
  #named = 0;
  #responses = 0;
  #isSampled = false;

  /** `watches`: notified of where packets come from. */
  constructor(
    flows: FlowTable,
    observer: Observer | null,
    counter: RecordCounter,
    watches: readonly PacketWatch[],
  ) {
    this.#watches = watches;
    this.#recorded = new RecordedFlows(flows);
    this.#observer = observer;
    this.#counter = counter;
  }

  /** Names dropped while they waited for their flow's record, because the table was full. */
  get dropped(): number {
    return this.#pending.dropped;
  }

  /** Counts an entry of a log, and adds it to the totals of its source. Returns the number of packets it represents. */
  add(entry: LogEntry, log: FedLog, totals: SourceTotals): number {
    for (const watch of this.#watches) watch.readFrom(totals);
    this.#formats.add(log.format);
    this.#isSampled ||= log.sampled > 0;
    if (entry.kind === "names") this.#pending.add(log.format, entry.id, entry.names);
    else if (entry.kind === "response") {
      this.#responses++;
      this.#observer?.reported.addResponse(entry.message, entry.place);
    } else {
      this.#records++;
      const { packets, bytes, start, end } = entry.kind === "flow" ? this.#addFlow(entry, log.format) : entry;
      this.#times.set([start.seconds, start.nanoseconds, end.seconds, end.nanoseconds]);
      totals.addRun(packets, bytes, this.#times);
      this.#counter.addRecorded(entry.kind === "flow" ? null : entry.ipProtocol, packets, bytes, end.seconds);
      return packets;
    }
    return 0;
  }

  #addFlow({ record, id, protocol }: FlowEntry, format: LogFormat) {
    const { originator, responder, start, end, transport } = record;
    const live = this.#recorded.add(record);
    const names = id === null ? null : this.#pending.take(format, id);
    const told = this.#observer?.reported;
    if (names !== null) {
      this.#named++;
      told?.addNames(live, names);
    }
    if (protocol !== null) {
      const isBeginning = transport === Transport.UDP || (originator.tcpFlags & TCP_SYN) !== 0;
      told?.addProtocol(live, { protocol, originator: this.#recorded.originatorSide, isBeginning });
    }
    return {
      packets: originator.packets + responder.packets,
      bytes: originator.bytes + responder.bytes,
      start,
      end,
    };
  }

  /** Whether anything was read: then not all flows are known by their packets. */
  get hasRead(): boolean {
    return this.#formats.size > 0;
  }

  /** What was read; null without logs. */
  toSummary(): FlowRecordSummary | null {
    if (this.#formats.size === 0) return null;
    const lacks: Readonly<Record<FlowRecordLack, boolean>> = {
      payload: true,
      "packet-times": true,
      "hardware-addresses": true,
      "frame-bytes": this.#formats.has("zeek") || this.#formats.has("nfdump"),
      names: this.#named === 0,
      "dns-answers": this.#responses === 0,
      sampled: this.#isSampled,
    };
    return {
      records: this.#records,
      named: this.#named,
      namesWithoutFlow: this.#pending.count,
      lacks: FLOW_RECORD_LACKS.filter((lack) => lacks[lack]),
    };
  }
}
