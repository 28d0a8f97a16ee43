/**
 * Collects what a capture shows of whether Apple's services can be reached: watches the packets of flows while they live,
 * and judges each flow when it ends.
 */
import type { Attribution } from "../../evidence/attribution/evidence.ts";
import { alertName } from "../../evidence/payload/tls-alerts.ts";
import { type FlowView, Transport } from "../../flows/flow-view.ts";
import { originatorSide, serviceSide } from "../../flows/orientation.ts";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { addressText, formatAddressKey } from "../../net/address-key.ts";
import { type Moment, NO_TIME } from "../../net/moment.ts";
import { unreachableName } from "../../packets/decode/icmp.ts";
import type { AttributedFlow, Collector, Reading, Steps } from "../collector.ts";
import type { FlowReport } from "../flow-report.ts";
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

export class ReachCollector implements Collector<ReachReport> {
  readonly packets: AttemptWatch;
  readonly #services: ServiceTable;
  readonly #rules: EvidenceRules | null;
  readonly #needs: readonly ProductNeed[];
  readonly #tally: AttemptTally;

  /**
   * @param rules null: only the ports tell what is Apple's
   * @param packets, tally those of the collector that this one is a snapshot of
   */
  constructor(
    services: ServiceTable,
    rules: EvidenceRules | null,
    needs: readonly ProductNeed[],
    onAttempt: AttemptSink | null = null,
    packets = new AttemptWatch(),
    tally = new AttemptTally(onAttempt),
  ) {
    this.#services = services;
    this.#rules = rules;
    this.#needs = needs;
    this.packets = packets;
    this.#tally = tally;
  }

  snapshot(): ReachCollector {
    return new ReachCollector(
      this.#services,
      this.#rules,
      this.#needs,
      null,
      this.packets,
      this.#tally.copy(),
    );
  }

  add(seen: AttributedFlow): void {
    const { flow, oriented, attribution, facts } = seen;
    const watch = this.packets;
    const tally = this.#tally;
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
    const isApples = this.#isApples(attribution);
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
        describeAttempt(watch, flow.record, originator, outcome.verdict, rows, name, seen.describe()),
    };
    if (isTcp || outcome.isTwoWay) tally.add(attempt);
    else tally.addOneSided(attempt);
  }

  /** As `judgeAttempt`; an answer whose time had not passed when its source ended is not absent. */
  #judge(flow: FlowView, originator: number, watch: AttemptWatch): AttemptOutcome | null {
    const outcome = judgeAttempt(flow, originator, watch.columns);
    if (outcome === null || !restsOnAbsence(outcome.verdict)) return outcome;
    if (!watch.mayStillBeAnswered(flow.record, firstTimeOf(flow))) return outcome;
    return { ...outcome, verdict: "unclear" };
  }

  /** In steps of some milliseconds where there are many targets. */
  *report({ capture, refusedNames }: Reading): Steps<ReachReport> {
    this.#tally.settle();
    yield;
    return yield* buildReach({
      capture,
      services: this.#services,
      rules: this.#rules,
      needs: this.#needs,
      tally: this.#tally,
      refused: refusedNames,
      strayReports: this.packets.strayReports,
    });
  }

  /** Nobody's but Apple's: as evidence shows, or since the list has no other product on the port. */
  #isApples({ class: flowClass, candidates }: Attribution): boolean {
    if (flowClass === "listed") return candidates.every(({ kind }) => kind === "apple");
    return flowClass === "identified" || flowClass === "apple";
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
  rows: readonly ServiceRow[],
  name: string | null,
  flow: FlowReport,
): TargetAttempt {
  const { columns } = watch;
  const isProhibited = verdict === "prohibited";
  const reporter = watch.reporterOf(columns.reporter(record));
  return {
    flow,
    name,
    isListed: rows.length > 0,
    claimants: claimantsOf(flow, rows),
    syns: columns.syns(record),
    unreachable: isProhibited ? unreachableName(columns.unreachableCode(record)) : null,
    reporter: isProhibited && reporter !== null ? formatAddressKey(reporter) : null,
    ...(verdict === "closed-at-once" ? endOf(columns, record, originator) : NO_END),
  };
}

/** More products than this on one port say nothing of which one was meant. */
const MOST_CLAIMANTS = 3;

/**
 * The products that evidence names or, without any, those that the port allows: at an end of Apple's, those of Apple's
 * where they are few.
 */
function claimantsOf(flow: FlowReport, rows: readonly ServiceRow[]): readonly string[] {
  if (flow.products.length > 0) return flow.products;
  if (flow.class !== "apple") return flow.candidates;
  const products = new Set(rows.flatMap((row) => row.products.map(({ product }) => product)));
  const apples = [...products].filter((product) => product.kind === "apple" && !isClosed(product, flow));
  return apples.length > MOST_CLAIMANTS ? [] : apples.map(({ name }) => name);
}

/** Whether a product's servers had been switched off when a flow began. */
function isClosed({ closedAtSeconds }: Product, { start }: FlowReport): boolean {
  return closedAtSeconds !== null && start !== null && Date.parse(start) / 1000 >= closedAtSeconds;
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
