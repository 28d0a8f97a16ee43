/**
 * Whether a capture sees both directions. Where routes are asymmetric, or a tap has one fibre only, every connection that
 * works looks like one without an answer.
 */

import type { AttemptOutcome } from "./attempt-outcome.ts";
import type { AttemptVerdict } from "./reach-report.ts";

/** Of TCP connections that surely had an answer, so many times as many lack it as have it in a capture of one direction. */
const BLIND_FOR_EACH_SEEN = 20;

/** Verdicts that rest on an answer being absent. */
const BY_ABSENCE: ReadonlySet<AttemptVerdict> = new Set([
  "unanswered",
  "one-way",
  "answers-lost",
  "went-dead",
]);

/** Whether a verdict rests on an answer being absent, and so is another one as soon as an answer is seen. */
export function restsOnAbsence(verdict: AttemptVerdict): boolean {
  return BY_ABSENCE.has(verdict);
}

export class ReachDirections {
  #blind = 0;
  #twoWayTcp = 0;
  #twoWay = 0;
  #oneSided = 0;
  #waitedInVain = 0;

  /** One attempt more; `syns`: how many SYNs it had. */
  add({ verdict, isBlind, isTwoWay }: AttemptOutcome, transport: "tcp" | "udp", syns: number): void {
    if (isBlind) this.#blind++;
    if (isTwoWay) this.#twoWay++;
    else if (verdict !== "unclear") this.#oneSided++;
    if (isTwoWay && transport === "tcp") this.#twoWayTcp++;
    if (verdict === "unanswered" && syns > 1) this.#waitedInVain++;
  }

  /** Somebody asked again since no answer had come, as DNS queries with the same identification show. */
  addWaited(): void {
    this.#waitedInVain++;
  }

  /**
   * Whether the capture has one direction only. Somebody who acknowledges has been answered; somebody who sends a SYN
   * again has not: a capture of nothing but such SYNs tells of a block, not of its own blindness.
   */
  get isOneDirection(): boolean {
    if (this.#blind > 0) return this.#twoWayTcp * BLIND_FOR_EACH_SEEN <= this.#blind;
    return this.#twoWay === 0 && this.#oneSided > 0 && this.#waitedInVain === 0;
  }

  /** The same once more. */
  copy(): ReachDirections {
    const copy = new ReachDirections();
    copy.#blind = this.#blind;
    copy.#twoWayTcp = this.#twoWayTcp;
    copy.#twoWay = this.#twoWay;
    copy.#oneSided = this.#oneSided;
    copy.#waitedInVain = this.#waitedInVain;
    return copy;
  }

  /** What a verdict comes to, now that the whole capture is known. */
  settle(verdict: AttemptVerdict): AttemptVerdict {
    const isUnknown = restsOnAbsence(verdict) || verdict === "unclear";
    return this.isOneDirection && isUnknown ? "one-direction" : verdict;
  }
}
