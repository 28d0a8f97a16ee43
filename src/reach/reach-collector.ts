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
import type { ServiceTable } from "../services/service-table.ts";
import type { FlowReport } from "../summary/flow-report.ts";
import type { AttemptVerdict, ReachReport, ReachTarget } from "../summary/reach-report.ts";
import type { Summary } from "../summary/summary.ts";
import { AttemptBit } from "./attempt-bits.ts";
import { judgeAttempt } from "./attempt-outcome.ts";
import { AttemptWatch } from "./attempt-watch.ts";
import { buildReach } from "./build-reach.ts";
import type { ProductNeed } from "./product-needs.ts";
import { ReachDirections } from "./reach-directions.ts";
import { ReachTargets } from "./reach-targets.ts";
import { RowAttempts } from "./row-attempts.ts";

/** Receives every flow that is an attempt, with the verdict that the flow alone gives. */
export type AttemptSink = (flow: FlowReport, verdict: AttemptVerdict) => void;

export class ReachCollector {
  readonly #services: ServiceTable;
  readonly #rules: EvidenceRules | null;
  readonly #needs: readonly ProductNeed[];
  readonly #onAttempt: AttemptSink | null;
  readonly #directions = new ReachDirections();
  readonly #rows = new RowAttempts();
  readonly #targets = new ReachTargets();
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
    if (this.#watch === null) return;
    const { columns } = this.#watch;
    const originator = originatorSide(oriented);
    const outcome = judgeAttempt(flow, originator, columns);
    const { rows } = this.#services.lookup(report.transport === "tcp" ? 0 : 1, report.servicePort);
    const isGroup = flow.isGroup(0) || flow.isGroup(1);
    if (outcome === null) {
      if (isGroup) this.#rows.addToGroup(rows);
      columns.forget(flow.record);
      return;
    }
    const { verdict } = outcome;
    const syns = columns.syns(flow.record);
    this.#directions.add(outcome, report.transport, syns);
    this.#onAttempt?.(report, verdict);
    const isApples = this.#isApples(attribution, facts);
    this.#rows.add(rows, verdict, isApples || attribution.reason === "no-product-listed");
    if (isApples) {
      const code = columns.unreachableCode(flow.record);
      const reporter = this.#watch.reporterOf(columns.reporter(flow.record));
      this.#targets.add({
        flow: report,
        verdict,
        name: facts.handshake?.serverName ?? facts.addressNames[0] ?? null,
        isListed: rows.length > 0,
        syns,
        unreachable: verdict === "prohibited" ? unreachableName(code) : null,
        reporter: verdict === "prohibited" && reporter !== null ? formatAddressKey(reporter) : null,
        ...(verdict === "closed-at-once" ? this.#endOf(flow.record, originator) : NO_END),
      });
    }
    columns.forget(flow.record);
  }

  /** The report. The capture and its names are those of the same analysis, which is over. */
  finish(capture: Summary["capture"], refused: readonly RefusedName[]): ReachReport {
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

  /** Who ended the connection, and by which alert. */
  #endOf(record: number, originator: number): Pick<ReachTarget, "alert" | "closedBy"> {
    const columns = this.#watch?.columns;
    if (columns === undefined) return NO_END;
    const isBy = (bit: number, side: number) => columns.has(record, bit, side);
    const sideName = (bit: number) => {
      if (isBy(bit, originator)) return "originator";
      return isBy(bit, 1 - originator) ? "responder" : null;
    };
    const alertBy = sideName(AttemptBit.ALERT);
    return {
      alert: alertBy === null ? null : alertOf(alertBy, columns.alert(record)),
      closedBy: alertBy ?? sideName(AttemptBit.ENDED_FIRST),
    };
  }
}

const NO_END: Pick<ReachTarget, "alert" | "closedBy"> = Object.freeze({ alert: null, closedBy: null });

function alertOf(by: "originator" | "responder", number: number): ReachTarget["alert"] {
  return { by, number, name: alertName(number) };
}
