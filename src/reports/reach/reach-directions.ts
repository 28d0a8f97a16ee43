/**
 * Decides whether a capture sees both directions. With asymmetric routes, or a tap on a single fibre, every working
 * connection looks like an unanswered one.
 */

import type { AttemptOutcome } from "./attempt-outcome.ts";
import type { AttemptVerdict } from "./reach-report.ts";

/**
 * In a one-direction capture, for each TCP connection with a visible answer at least this many certainly had an answer that
 * is missing.
 */
const BLIND_FOR_EACH_SEEN = 20;

/** Verdicts that rest on the absence of an answer. */
const BY_ABSENCE: ReadonlySet<AttemptVerdict> = new Set([
  "unanswered",
  "one-way",
  "answers-lost",
  "went-dead",
]);

/** Whether a verdict rests on the absence of an answer, and so changes as soon as an answer is seen. */
export function restsOnAbsence(verdict: AttemptVerdict): boolean {
  return BY_ABSENCE.has(verdict);
}

export class ReachDirections {
  #blind = 0;
  #twoWayTcp = 0;
  #twoWay = 0;
  #oneSided = 0;
  #repeated = 0;

  /** Adds an attempt; `syns`: the number of its SYNs. */
  add({ verdict, isBlind, isTwoWay }: AttemptOutcome, transport: "tcp" | "udp", syns: number): void {
    if (isBlind) this.#blind++;
    if (isTwoWay) this.#twoWay++;
    else if (verdict !== "unclear") this.#oneSided++;
    if (isTwoWay && transport === "tcp") this.#twoWayTcp++;
    if (verdict === "unanswered" && syns > 1) this.#repeated++;
  }

  /** A client repeated its request because no answer had come, as DNS queries with the same identification show. */
  addRepeatedQuery(): void {
    this.#repeated++;
  }

  /**
   * Whether the capture has one direction only. A client that acknowledges was answered; one that retransmits a SYN was not:
   * a capture of nothing but such SYNs shows a block, not a missing direction.
   */
  get isOneDirection(): boolean {
    if (this.#blind > 0) return this.#twoWayTcp * BLIND_FOR_EACH_SEEN <= this.#blind;
    return this.#twoWay === 0 && this.#oneSided > 0 && this.#repeated === 0;
  }

  /** Returns a copy. */
  copy(): ReachDirections {
    const copy = new ReachDirections();
    copy.#blind = this.#blind;
    copy.#twoWayTcp = this.#twoWayTcp;
    copy.#twoWay = this.#twoWay;
    copy.#oneSided = this.#oneSided;
    copy.#repeated = this.#repeated;
    return copy;
  }

  /** Returns the final verdict, once the whole capture is known. */
  finalize(verdict: AttemptVerdict): AttemptVerdict {
    const isUnknown = restsOnAbsence(verdict) || verdict === "unclear";
    return this.isOneDirection && isUnknown ? "one-direction" : verdict;
  }
}
