/**
 * Collects what a capture shows of whether Apple's services can be reached: watches the packets of live flows, and judges
 * each flow when it ends.
 */
import { type FlowView, Transport } from "../../flows/flow-view.ts";
import { originatorSide, serviceSide } from "../../flows/orientation.ts";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { addressText } from "../../net/address-key.ts";
import { type Moment, NO_TIME } from "../../net/moment.ts";
import type { AttributedFlow, Collector, Reading, Steps } from "../collector.ts";
import type { Attempt } from "./attempt.ts";
import { type AttemptOutcome, isRepeatedlyUnanswered, judgeAttempt } from "./attempt-outcome.ts";
import { type HttpResponse, judgeResponse } from "./attempt-response.ts";
import { type AttemptSink, AttemptTally } from "./attempt-tally.ts";
import { AttemptWatch } from "./attempt-watch.ts";
import { buildReach } from "./build-reach.ts";
import { describeAttempt } from "./describe-attempt.ts";
import type { ProductNeed } from "./product-needs.ts";
import { ProgressBit } from "./progress-bits.ts";
import { restsOnAbsence } from "./reach-directions.ts";
import { type AttemptVerdict, isFailure, isReached, type ReachReport } from "./reach-report.ts";

export class ReachCollector implements Collector<ReachReport> {
  readonly packets: AttemptWatch;
  readonly #services: ServiceTable;
  readonly #rules: EvidenceRules | null;
  readonly #needs: readonly ProductNeed[];
  readonly #tally: AttemptTally;

  /**
   * @param rules null: only ports indicate what is Apple's
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

  add(attributed: AttributedFlow): void {
    const { flow, oriented, attribution, facts } = attributed;
    const watch = this.packets;
    const tally = this.#tally;
    const { columns } = watch;
    const originator = originatorSide(oriented);
    const isTcp = flow.transport === Transport.TCP;
    const servicePort = flow.port(serviceSide(oriented));
    const { rows } = this.#services.lookup(isTcp ? 0 : 1, servicePort);
    const response = responseOf(watch, flow.entry);
    const outcome = this.#judge(attributed, originator, response);
    if (outcome === null) {
      if (flow.isGroup(0) || flow.isGroup(1))
        tally.addToGroup(rows, flow.address(originator), flow.port(originator));
      return;
    }
    const isApple = attribution.class === "identified" || attribution.class === "apple";
    const name = facts.handshake?.serverName ?? facts.addressNames[0] ?? null;
    const { entry } = flow;
    const { verdict } = outcome;
    const attempt: Attempt = {
      outcome,
      transport: isTcp ? "tcp" : "udp",
      servicePort,
      syns: columns.syns(entry),
      rows,
      isApple,
      isOwn: isApple || attribution.reason === "no-product-listed",
      portOnly: portOnlyDestinationOf(attributed, originator, servicePort, verdict),
      targetKey: targetKeyOf(flow, originator, servicePort, name),
      describe: () =>
        describeAttempt(
          { record: entry, originator, verdict, rows, name, response },
          watch,
          this.#needs,
          attributed.describe(),
        ),
    };
    if (isTcp || outcome.isTwoWay) tally.add(attempt);
    else tally.addOneSided(attempt);
  }

  /** Like `judgeAttempt`, including what HTTP shows; an answer still due when its source ended does not count as missing. */
  #judge(
    { flow, facts, attribution }: AttributedFlow,
    originator: number,
    response: HttpResponse,
  ): AttemptOutcome | null {
    const watch = this.packets;
    const outcome = judgeAttempt(flow, originator, watch);
    if (outcome === null) return null;
    const { verdict } = outcome;
    if (restsOnAbsence(verdict)) {
      const since = this.#waitsSince(flow, originator, verdict);
      if (!watch.mayStillBeAnswered(flow.entry, since) || isRepeatedlyUnanswered(flow, originator, watch))
        return outcome;
      return { ...outcome, verdict: "unclear" };
    }
    const isAnswered = verdict === "works" || verdict === "answered" || verdict === "closed-at-once";
    if (!isAnswered || attribution.class === "listed") return outcome;
    const isAppleName = (name: string) => (this.#rules?.hosts.match(name) ?? null) !== null;
    if (isReached(verdict) && isForeign(watch.certificateOf(flow.entry), facts.handshake?.serverName ?? null))
      return { ...outcome, verdict: "foreign-certificate" };
    const httpVerdict = judgeResponse(response, facts.handshake, isAppleName);
    return httpVerdict === null ? outcome : { ...outcome, verdict: httpVerdict };
  }

  /** Time since which an answer is due, if the verdict rests on its absence; null: unknown. */
  #waitsSince(flow: FlowView, originator: number, verdict: AttemptVerdict): Moment | null {
    const { entry } = flow;
    const watch = this.packets;
    if (verdict === "answers-lost" || verdict === "went-dead") {
      const seconds = watch.progress.waitsSince(entry, verdict === "went-dead" ? originator : 1 - originator);
      return seconds === null ? null : { seconds: seconds + 1, nanoseconds: 0 };
    }
    return watch.requestTime(entry) ?? firstTimeOf(flow);
  }

  /** Runs in steps of a few milliseconds if there are many targets. */
  *report({ capture, refusedNames }: Reading): Steps<ReachReport> {
    this.#tally.finalize();
    yield;
    return yield* buildReach({
      capture,
      services: this.#services,
      rules: this.#rules,
      needs: this.#needs,
      tally: this.#tally,
      refused: refusedNames,
      unmatchedReports: this.packets.unmatchedReports,
    });
  }
}

/** Client, server and service if only the port indicates the service; unlisted services only if the attempt fails. */
function portOnlyDestinationOf(
  { flow, attribution }: AttributedFlow,
  originator: number,
  port: number,
  verdict: AttemptVerdict,
): Attempt["portOnly"] {
  const isListed = attribution.class === "listed";
  const isByPort = isListed || attribution.class === "range" || attribution.class === "unlisted";
  if (!isByPort || (!isListed && !isFailure(verdict))) return null;
  const transport = flow.transport === Transport.TCP ? "tcp" : "udp";
  return {
    client: flow.addressKey(originator),
    server: flow.addressKey(1 - originator),
    service: `${transport} ${port}`,
    isListed,
  };
}

/** The first HTTP response in a flow that is not a success. */
function responseOf(watch: AttemptWatch, record: number): HttpResponse {
  const { progress } = watch;
  return {
    status: progress.httpStatus(record),
    hasSuccess:
      progress.has(record, ProgressBit.HTTP_SUCCESS, 0) || progress.has(record, ProgressBit.HTTP_SUCCESS, 1),
    redirect: watch.redirectOf(record),
  };
}

/**
 * Whether a certificate is valid for none of the names that a client requested (RFC 6125, 6.4): an asterisk stands for one
 * label.
 */
function isForeign(names: readonly string[] | null, asked: string | null): boolean {
  if (names === null || names.length === 0 || asked === null) return false;
  const star = `*${asked.slice(asked.indexOf("."))}`;
  return !names.some((name) => name === asked || name === star);
}

function firstTimeOf({ firstSeconds: seconds, firstNanoseconds: nanoseconds }: FlowView): Moment | null {
  return seconds === NO_TIME ? null : { seconds, nanoseconds };
}

/** Identifies who tried what: the same for flows with the same addresses, service and name. */
function targetKeyOf(flow: FlowView, originator: number, port: number, name: string | null): string {
  const client = addressText(flow.addressKey(originator));
  const server = addressText(flow.addressKey(1 - originator));
  return `${flow.transport} ${flow.isIpv6 ? 6 : 4} ${port} ${client} ${server} ${name ?? ""}`;
}
