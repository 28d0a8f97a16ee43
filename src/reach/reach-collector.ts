/**
 * Collects what a capture shows of whether Apple's services can be reached: it watches the packets of flows while they
 * live, judges each flow when it ends, and makes the report in the end. One object for one analysis.
 */
import type { Attribution } from "../attribution/evidence.ts";
import { unreachableName } from "../decode/icmp.ts";
import type { FlowHash } from "../flows/flow-hash.ts";
import type { FlowObserver } from "../flows/flow-observer.ts";
import type { FlowView } from "../flows/flow-view.ts";
import { originatorSide } from "../flows/orientation.ts";
import { formatAddressKey } from "../net/address-key.ts";
import type { FlowFacts } from "../observation/flow-facts.ts";
import type { RefusedName } from "../observation/refused-names.ts";
import { alertName } from "../payload/tls-alerts.ts";
import type { EvidenceRules } from "../rules/evidence-rules.ts";
import type { ServiceRow } from "../services/service-row.ts";
import type { ServiceTable } from "../services/service-table.ts";
import type { FlowReport } from "../summary/flow-report.ts";
import type { AttemptVerdict, ReachReport, ReachTarget } from "../summary/reach-report.ts";
import type { Summary } from "../summary/summary.ts";
import { AttemptBit } from "./attempt-bits.ts";
import type { AttemptColumns } from "./attempt-columns.ts";
import { type AttemptOutcome, judgeAttempt } from "./attempt-outcome.ts";
import { AttemptWatch } from "./attempt-watch.ts";
import { buildReach } from "./build-reach.ts";
import { needsNoAnswer, OneSidedFlows } from "./one-sided-datagrams.ts";
import type { ProductNeed } from "./product-needs.ts";
import { ReachDirections } from "./reach-directions.ts";
import { ReachTargets, type TargetAttempt } from "./reach-targets.ts";
import { RowAttempts } from "./row-attempts.ts";

/** Receives every flow that is an attempt with its verdict, before it is known whether the capture has both directions. */
export type AttemptSink = (flow: FlowReport, verdict: AttemptVerdict) => void;

export class ReachCollector {
  readonly #services: ServiceTable;
  readonly #rules: EvidenceRules | null;
  readonly #needs: readonly ProductNeed[];
  readonly #onAttempt: AttemptSink | null;
  readonly #directions = new ReachDirections();
  readonly #rows = new RowAttempts();
  readonly #targets = new ReachTargets();
  readonly #oneSided = new OneSidedFlows();
  #watch: AttemptWatch | null = null;

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
    this.#onAttempt = onAttempt;
  }

  /** Begins to watch flows in records 1 to `capacity`; the rest as `AttemptWatch` has it. */
  watch(capacity: number, hash: FlowHash, inner: FlowObserver | null): AttemptWatch {
    this.#watch = new AttemptWatch(capacity, hash, inner);
    return this.#watch;
  }

  /** A flow has ended (`flow` is borrowed for the call): how it is oriented, and what else is known of it. */
  addFlow(
    flow: FlowView,
    oriented: number,
    attribution: Attribution,
    facts: FlowFacts,
    report: FlowReport,
  ): void {
    const watch = this.#watch;
    if (watch === null) return;
    const { columns } = watch;
    const { record } = flow;
    const originator = originatorSide(oriented);
    const outcome = judgeAttempt(flow, originator, columns);
    const { rows } = this.#services.lookup(report.transport === "tcp" ? 0 : 1, report.servicePort);
    if (outcome !== null) {
      const target = describeAttempt(
        watch,
        record,
        originator,
        outcome.verdict,
        rows.length > 0,
        facts,
        report,
      );
      const isApples = this.#isApples(attribution, facts);
      const isOwn = isApples || attribution.reason === "no-product-listed";
      const count = (final: AttemptOutcome) => {
        this.#count(final, { ...target, verdict: final.verdict }, rows, isOwn, isApples);
      };
      if (report.transport === "tcp" || outcome.isTwoWay) count(outcome);
      else this.#keep(report, outcome, count);
    } else if (flow.isGroup(0) || flow.isGroup(1)) {
      this.#rows.addToGroup(rows);
      this.#oneSided.addToGroup(report);
    }
    columns.forget(record);
  }

  /** What is seen of one side only waits for the whole capture. */
  #keep(report: FlowReport, outcome: AttemptOutcome, count: (final: AttemptOutcome) => void): void {
    const isProhibited = outcome.verdict === "prohibited";
    this.#oneSided.add({
      report,
      settle: (isAnswered) => {
        if (isAnswered && !isProhibited) count({ ...outcome, verdict: "works", isTwoWay: true });
        else if (!isProhibited && needsNoAnswer(report.servicePort))
          count({ ...outcome, verdict: "one-direction" });
        else count(outcome);
      },
    });
  }

  #count(
    outcome: AttemptOutcome,
    attempt: TargetAttempt,
    rows: readonly ServiceRow[],
    isOwn: boolean,
    isApples: boolean,
  ): void {
    const { verdict } = outcome;
    const { transport } = attempt.flow;
    // Nobody had to answer: that says nothing of the capture.
    if (transport === "tcp" || verdict !== "one-direction")
      this.#directions.add(outcome, transport, attempt.syns);
    this.#onAttempt?.(attempt.flow, verdict);
    this.#rows.add(rows, verdict, isOwn);
    if (isApples) this.#targets.add(attempt);
  }

  /** The report. The capture and its names are those of the same analysis, which is over. */
  finish(capture: Summary["capture"], refused: readonly RefusedName[]): ReachReport {
    this.#oneSided.finish();
    return buildReach({
      capture,
      services: this.#services,
      rules: this.#rules,
      needs: this.#needs,
      directions: this.#directions,
      rows: this.#rows,
      targets: this.#targets,
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

/** What the columns of a flow that has ended tell of it as an attempt. */
function describeAttempt(
  watch: AttemptWatch,
  record: number,
  originator: number,
  verdict: AttemptVerdict,
  isListed: boolean,
  facts: FlowFacts,
  flow: FlowReport,
): TargetAttempt {
  const { columns } = watch;
  const isProhibited = verdict === "prohibited";
  const reporter = watch.reporterOf(columns.reporter(record));
  return {
    flow,
    verdict,
    name: facts.handshake?.serverName ?? facts.addressNames[0] ?? null,
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
