/**
 * Collects what a capture shows of whether Apple's services can be reached: it watches the packets of flows while they
 * live, judges each flow when it ends, and makes the report: in the end, or of live flows too. One object for one analysis.
 */
import type { Attribution } from "../../evidence/attribution/evidence.ts";
import type { FlowFacts } from "../../evidence/observation/flow-facts.ts";
import type { RefusedName } from "../../evidence/observation/refused-names.ts";
import { alertName } from "../../evidence/payload/tls-alerts.ts";
import type { FlowObserver } from "../../flows/flow-observer.ts";
import { type FlowView, Transport } from "../../flows/flow-view.ts";
import { originatorSide, serviceSide } from "../../flows/orientation.ts";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { addressText, formatAddressKey } from "../../net/address-key.ts";
import { type Moment, NO_TIME } from "../../net/moment.ts";
import { unreachableName } from "../../packets/decode/icmp.ts";
import type { FlowReport } from "../flows/flow-report.ts";
import type { Summary } from "../traffic/summary.ts";
import type { Attempt } from "./attempt.ts";
import { AttemptBit } from "./attempt-bits.ts";
import type { AttemptColumns } from "./attempt-columns.ts";
import { type AttemptOutcome, judgeAttempt } from "./attempt-outcome.ts";
import { type AttemptSink, AttemptTally } from "./attempt-tally.ts";
import { AttemptWatch } from "./attempt-watch.ts";
import { buildReach } from "./build-reach.ts";
import type { ProductNeed } from "./product-needs.ts";
import { restsOnAbsence } from "./reach-directions.ts";
import type { AttemptVerdict, ReachReport, ReachTarget } from "./reach-report.ts";
import type { TargetAttempt } from "./reach-targets.ts";
import { type RecordedSource, RecordedSources } from "./recorded-sources.ts";

/** A flow, and what is known of it. Borrowed for the call that has it. */
export interface SeenFlow {
  readonly flow: FlowView;
  /** As `orientFlow` has it. */
  readonly oriented: number;
  readonly attribution: Attribution;
  readonly facts: FlowFacts;
  /** The flow for a report: owned by the caller, and not for nothing. */
  readonly describe: () => FlowReport;
}

/** What is known so far, with live flows that are being added to it. */
export interface ReachLook {
  readonly tally: AttemptTally;
  /** The first record whose live flow was not added yet. */
  nextRecord: number;
}

export class ReachCollector {
  readonly #services: ServiceTable;
  readonly #rules: EvidenceRules | null;
  readonly #needs: readonly ProductNeed[];
  readonly #tally: AttemptTally;
  readonly #sources = new RecordedSources();
  #watch: AttemptWatch | null = null;
  /** Those that have not come to all live flows. */
  readonly #looks = new Set<ReachLook>();

  /** @param rules null: only the ports tell what is Apple's */
  constructor(
    services: ServiceTable,
    rules: EvidenceRules | null,
    needs: readonly ProductNeed[],
    onAttempt: AttemptSink | null = null,
  ) {
    this.#services = services;
    this.#rules = rules;
    this.#needs = needs;
    this.#tally = new AttemptTally(onAttempt);
  }

  /** Begins to watch flows in records 1 to `capacity`; the rest as `AttemptWatch` has it. */
  watch(capacity: number, inner: FlowObserver | null): AttemptWatch {
    this.#watch = new AttemptWatch(capacity, inner);
    return this.#watch;
  }

  /** Begins to read a source, which may move its times until `closeSource`. Answers its number. */
  openSource(source: RecordedSource): number {
    return this.#sources.open(source);
  }

  /** The packets that are seen from now on come from the source of this number. */
  readFrom(source: number): void {
    if (this.#watch !== null) this.#watch.waits.source = source;
  }

  /** Nothing more comes from the source of this number. */
  closeSource(source: number): void {
    this.#sources.close(source);
  }

  /** A flow has ended (borrowed for the call). */
  addFlow(seen: SeenFlow): void {
    this.#add(this.#tally, seen);
    for (const { tally, nextRecord } of this.#looks) {
      if (seen.flow.record >= nextRecord) this.#add(tally, seen);
    }
    this.#watch?.forget(seen.flow.record);
  }

  /**
   * Begins a look at what is known so far: live flows are to be added to it, in the order of their records. Packets may
   * be counted meanwhile: a flow that ends before it was added is added then. To be ended by `endLook`.
   */
  beginLook(): ReachLook {
    const look = { tally: this.#tally.copy(), nextRecord: 0 };
    this.#looks.add(look);
    return look;
  }

  /** Adds a flow that lives (borrowed for the call) to a look, as if it ended now. */
  addLiveFlow(look: ReachLook, seen: SeenFlow): void {
    look.nextRecord = seen.flow.record + 1;
    this.#add(look.tally, seen);
  }

  /** Nothing is added to the look any more. */
  endLook(look: ReachLook): void {
    this.#looks.delete(look);
  }

  #add(tally: AttemptTally, seen: SeenFlow): void {
    const { flow, oriented, attribution, facts } = seen;
    const watch = this.#watch;
    if (watch === null) return;
    const { columns } = watch;
    const originator = originatorSide(oriented);
    const isTcp = flow.transport === Transport.TCP;
    const outcome = this.#judge(flow, originator, watch);
    const servicePort = flow.port(serviceSide(oriented));
    const { rows } = this.#services.lookup(isTcp ? 0 : 1, servicePort);
    if (outcome === null) {
      if (flow.isGroup(0) || flow.isGroup(1))
        tally.addToGroup(rows, flow.address(originator), flow.port(originator));
      return;
    }
    const isApples = this.#isApples(attribution, facts);
    const name = facts.handshake?.serverName ?? facts.addressNames[0] ?? null;
    const attempt: Attempt = {
      outcome,
      transport: isTcp ? "tcp" : "udp",
      servicePort,
      syns: columns.syns(flow.record),
      rows,
      isOwn: isApples || attribution.reason === "no-product-listed",
      isApples,
      targetKey: targetKeyOf(flow, originator, servicePort, name),
      describe: () =>
        describeAttempt(
          watch,
          flow.record,
          originator,
          outcome.verdict,
          rows.length > 0,
          name,
          seen.describe(),
        ),
    };
    if (isTcp || outcome.isTwoWay) tally.add(attempt);
    else tally.addOneSided(attempt);
  }

  /** As `judgeAttempt`; an answer whose time had not passed when its source ended is not absent. */
  #judge(flow: FlowView, originator: number, { columns, waits }: AttemptWatch): AttemptOutcome | null {
    const outcome = judgeAttempt(flow, originator, columns);
    if (outcome === null || !restsOnAbsence(outcome.verdict)) return outcome;
    const since = waits.requestTime(flow.record) ?? firstTimeOf(flow);
    if (!this.#sources.mayStillBeAnswered(waits.sourceOf(flow.record), since)) return outcome;
    return { ...outcome, verdict: "unclear" };
  }

  /** The report of all flows. The capture and its names are those of the same analysis, which is over. */
  finish(capture: Summary["capture"], refused: readonly RefusedName[]): ReachReport {
    const steps = this.reportSteps(this.#tally, capture, refused);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** The report of what nothing is added to any more, in steps of some milliseconds where there are many targets. */
  *reportSteps(
    tally: AttemptTally,
    capture: Summary["capture"],
    refused: readonly RefusedName[],
  ): Generator<void, ReachReport> {
    tally.settle();
    yield;
    return yield* buildReach({
      capture,
      services: this.#services,
      rules: this.#rules,
      needs: this.#needs,
      tally,
      refused,
      strayReports: this.#watch?.strayReports ?? 0,
    });
  }

  /** Nobody's but Apple's: by its address or name, or since the list has no other product on the port. */
  #isApples(
    { candidates, evidence }: Attribution,
    { isAppleAddress, handshake, addressNames }: FlowFacts,
  ): boolean {
    if (candidates.length > 0) {
      return evidence !== "port-range" && candidates.every(({ kind }) => kind === "apple");
    }
    const name = handshake?.serverName;
    if (name !== undefined && name !== null) return this.#rules?.hosts.match(name) != null;
    return isAppleAddress || addressNames.some((asked) => this.#rules?.hosts.matchDnsName(asked) != null);
  }
}

function firstTimeOf({ firstSeconds: seconds, firstNanoseconds: nanoseconds }: FlowView): Moment | null {
  return seconds === NO_TIME ? null : { seconds, nanoseconds };
}

/** Who tried what: the same for flows of the same addresses, service and name. */
function targetKeyOf(flow: FlowView, originator: number, port: number, name: string | null): string {
  const client = addressText(flow.addressKey(originator));
  const server = addressText(flow.addressKey(1 - originator));
  return `${flow.transport} ${flow.isIpv6 ? 6 : 4} ${port} ${client} ${server} ${name ?? ""}`;
}

/** What the columns of a flow tell of it as an attempt. */
function describeAttempt(
  watch: AttemptWatch,
  record: number,
  originator: number,
  verdict: AttemptVerdict,
  isListed: boolean,
  name: string | null,
  flow: FlowReport,
): TargetAttempt {
  const { columns } = watch;
  const isProhibited = verdict === "prohibited";
  const reporter = watch.reporterOf(columns.reporter(record));
  return {
    flow,
    name,
    isListed,
    syns: columns.syns(record),
    unreachable: isProhibited ? unreachableName(columns.unreachableCode(record)) : null,
    reporter: isProhibited && reporter !== null ? formatAddressKey(reporter) : null,
    ...(verdict === "closed-at-once" ? endOf(columns, record, originator) : NO_END),
  };
}

/** Who ended the connection, and by which alert. */
function endOf(
  columns: AttemptColumns,
  record: number,
  originator: number,
): Pick<ReachTarget, "alert" | "closedBy"> {
  const sideName = (bit: number) => {
    if (columns.has(record, bit, originator)) return "originator";
    return columns.has(record, bit, 1 - originator) ? "responder" : null;
  };
  const alertBy = sideName(AttemptBit.ALERT);
  return {
    alert: alertBy === null ? null : alertOf(alertBy, columns.alert(record)),
    closedBy: alertBy ?? sideName(AttemptBit.ENDED_FIRST),
  };
}

const NO_END: Pick<ReachTarget, "alert" | "closedBy"> = Object.freeze({ alert: null, closedBy: null });

function alertOf(by: "originator" | "responder", number: number): ReachTarget["alert"] {
  return { by, number, name: alertName(number) };
}
