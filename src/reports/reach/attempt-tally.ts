/**
 * Totals of attempts: per row, per target, and what they reveal about the capture. A copy can be finalized while the original
 * continues.
 */
import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { FlowReport } from "../flow-report.ts";
import type { Attempt } from "./attempt.ts";
import { needsNoAnswer, OneSidedFlows } from "./one-sided-datagrams.ts";
import { PortOnlyAttempts } from "./port-only-attempts.ts";
import { ReachDirections, restsOnAbsence } from "./reach-directions.ts";
import type { AttemptVerdict } from "./reach-report.ts";
import { ReachTargets } from "./reach-targets.ts";
import { RowAttempts } from "./row-attempts.ts";

/** Receives every flow that is an attempt with its verdict, before it is known whether the capture has both directions. */
export type AttemptSink = (flow: FlowReport, verdict: AttemptVerdict) => void;

export class AttemptTally {
  readonly directions: ReachDirections;
  readonly rows: RowAttempts;
  readonly targets: ReachTargets;
  readonly portOnly: PortOnlyAttempts;
  readonly #oneSided: OneSidedFlows;
  readonly #onAttempt: AttemptSink | null;

  /** @param from totals to start from; not modified */
  constructor(onAttempt: AttemptSink | null, from: AttemptTally | null = null) {
    this.#onAttempt = onAttempt;
    this.directions = from === null ? new ReachDirections() : from.directions.copy();
    this.rows = from === null ? new RowAttempts() : from.rows.copy();
    this.targets = from === null ? new ReachTargets() : from.targets.copy();
    this.portOnly = from === null ? new PortOnlyAttempts() : from.portOnly.copy();
    this.#oneSided = from === null ? new OneSidedFlows() : from.#oneSided.copy();
  }

  /** Returns a copy, which does not report attempts to the sink. */
  copy(): AttemptTally {
    return new AttemptTally(null, this);
  }

  /** Adds an attempt (borrowed for the call) whose verdict depends on nothing else. */
  add(attempt: Attempt): void {
    const { outcome, transport, rows, isOwn, isApple, portOnly } = attempt;
    const { verdict } = outcome;
    // A missing answer says nothing about the capture if nobody had to answer.
    if (transport === "tcp" || verdict !== "one-direction")
      this.directions.add(outcome, transport, attempt.syns);
    this.rows.add(rows, verdict, isOwn);
    if (this.#onAttempt !== null) this.#onAttempt(attempt.describe().flow, verdict);
    if (portOnly !== null) this.portOnly.add(portOnly, verdict);
    if (isApple) this.targets.add(attempt.targetKey, verdict, attempt.describe);
  }

  /** Adds a UDP attempt (borrowed for the call) with packets of one side only: its verdict depends on what else is seen. */
  addOneSided(attempt: Attempt): void {
    if (this.#oneSided.isFull) this.finalize();
    this.#oneSided.add(attempt);
  }

  /** Adds a flow to a multicast or broadcast address, by its sender. */
  addToGroup(rows: readonly ServiceRow[], address: string, port: number): void {
    this.rows.addToGroup(rows);
    this.#oneSided.addToGroup(address, port);
  }

  /** Finalizes the attempts that wait. */
  finalize(): void {
    this.#oneSided.finalize((attempt, isAnswered, isLone) => this.#addFinal(attempt, isAnswered, isLone));
  }

  #addFinal(attempt: Attempt, isAnswered: boolean, isLone: boolean): void {
    const { outcome, servicePort } = attempt;
    const isProhibited = outcome.verdict === "prohibited";
    if (isAnswered && !isProhibited)
      this.add({ ...attempt, outcome: { ...outcome, verdict: "works", isTwoWay: true } });
    else if (!isProhibited && needsNoAnswer(servicePort))
      this.add({ ...attempt, outcome: { ...outcome, verdict: "one-direction" } });
    else if (isLone && restsOnAbsence(outcome.verdict))
      this.add({ ...attempt, outcome: { ...outcome, verdict: "unclear" } });
    else this.add(attempt);
  }
}
