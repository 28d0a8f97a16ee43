/**
 * Judges one flow as an attempt to reach a service: the verdict from its columns, once it is known who asked whom. A verdict
 * says what the packets show, and "works" only what an answer proves (docs/contract.md, "Verdicts of reach").
 */

import { type FlowView, Transport } from "../../flows/flow-view.ts";
import { AttemptBit } from "./attempt-bits.ts";
import type { AttemptColumns } from "./attempt-columns.ts";
import type { AttemptProgress } from "./attempt-progress.ts";
import { ProgressBit } from "./progress-bits.ts";
import type { AttemptVerdict } from "./reach-report.ts";

/**
 * Minimum number of bytes that a client sends after the server's answer if it continues a TLS handshake: a ChangeCipherSpec
 * of 6 bytes and a Finished of 5 + 16 + 16 (TLS 1.2 resumed, RFC 5246, 7.4.9, with the tag of RFC 7905); in TLS 1.3 it is 58.
 * A client that gives up sends an alert of 7 bytes or, encrypted, a ChangeCipherSpec of 6 and an alert of 24 (RFC 8446, 6,
 * D.4).
 */
const MIN_FINISHED_LENGTH = 43;
/** Hello, answer, Finished, and something after that. */
const MIN_DIALOGUE_TURNS = 4;
/** For an unknown protocol: a request, an answer, and a reply to that. */
const MIN_REPLY_TURNS = 3;
/** A client that rejects the server closes within this time; a client that pre-opens a connection keeps it open longer. */
const AT_ONCE_SECONDS = 2;
/** Retransmissions without progress, at 0.2, 0.6, 1.4 and 3 seconds (RFC 6298, 5.5): longer than any accidental loss. */
const REPEATS_OF_A_DEAD_END = 4;
/** Number of UDP requests that a client sent repeatedly, each because the previous one was not answered. */
const UNANSWERED_REQUESTS = 4;

/** Outcome of an attempt as its packets show it. */
export interface AttemptOutcome {
  readonly verdict: AttemptVerdict;
  /** There certainly were answers that the capture does not have: it sees one direction only. */
  readonly isBlind: boolean;
  /** There are packets of both sides. */
  readonly isTwoWay: boolean;
}

/** What the packets of live flows show. */
export interface AttemptSigns {
  readonly columns: AttemptColumns;
  readonly progress: AttemptProgress;
}

/** A flow with its signs and its originator. Borrowed for the call. */
interface JudgedFlow extends AttemptSigns {
  readonly flow: FlowView;
  readonly originator: number;
}

/**
 * Judges a flow (borrowed for the call) that side `originator` began; null if it is no attempt: it has a multicast or
 * broadcast address, or consists of a late RST only.
 */
export function judgeAttempt(
  flow: FlowView,
  originator: number,
  { columns, progress }: AttemptSigns,
): AttemptOutcome | null {
  const responder = 1 - originator;
  if (flow.isGroup(responder) || flow.isGroup(originator)) return null;
  const isTwoWay = flow.packets(originator) > 0 && flow.packets(responder) > 0;
  if (flow.transport === Transport.UDP) {
    return { verdict: judgeUdp(flow, originator, columns), isBlind: false, isTwoWay };
  }
  const verdict = judgeTcp({ flow, originator, columns, progress });
  if (verdict === null) return null;
  return { verdict, isBlind: verdict === "one-direction", isTwoWay };
}

/**
 * Whether the client of an unanswered flow itself waited long enough: it sent the same request at least four times, with
 * pauses. A sender of media does not wait.
 */
export function isRepeatedlyUnanswered(
  flow: FlowView,
  originator: number,
  { columns }: AttemptSigns,
): boolean {
  if (flow.transport !== Transport.UDP || columns.has(flow.entry, AttemptBit.MEDIA, originator)) return false;
  const requests = flow.packets(originator);
  if (requests < UNANSWERED_REQUESTS || flow.packets(1 - originator) > 0) return false;
  // Retransmitted requests have the same length.
  const isOneLength = columns.isOfOneLength(flow.entry);
  return isOneLength && durationOf(flow) >= 0.25 * (requests - 1) && durationOf(flow) >= 1;
}

/** Seconds from a flow's first packet to its last. */
export function durationOf({
  firstSeconds,
  firstNanoseconds,
  lastSeconds,
  lastNanoseconds,
}: FlowView): number {
  return lastSeconds - firstSeconds + (lastNanoseconds - firstNanoseconds) / 1e9;
}

function judgeUdp(flow: FlowView, originator: number, columns: AttemptColumns): AttemptVerdict {
  const { entry } = flow;
  if (flow.packets(originator) === 0) return "one-way";
  if (flow.packets(1 - originator) > 0) return "works";
  if (columns.has(entry, AttemptBit.UNREACHABLE, originator)) return "prohibited";
  return columns.has(entry, AttemptBit.MEDIA, originator) ? "one-way" : "unanswered";
}

function judgeTcp(judged: JudgedFlow): AttemptVerdict | null {
  const { flow, originator, columns, progress } = judged;
  const { entry } = flow;
  const responder = 1 - originator;
  const asked = (bit: number) => columns.has(entry, bit, originator);
  const answered = (bit: number) => columns.has(entry, bit, responder);
  const isProhibited = asked(AttemptBit.UNREACHABLE);
  if (flow.packets(responder) === 0) {
    if (isProhibited) return "prohibited";
    if (asked(AttemptBit.BEYOND_SYN)) return "one-direction";
    return asked(AttemptBit.SYN) ? "unanswered" : null;
  }
  if (flow.packets(originator) === 0) {
    return answered(AttemptBit.SYN_ACK) || answered(AttemptBit.BEYOND_SYN) ? "one-direction" : null;
  }
  if (flow.isRefused) return "refused";
  const isOpened = asked(AttemptBit.SYN) || answered(AttemptBit.SYN_ACK);
  if (!isOpened) return answered(AttemptBit.BEYOND_SYN) ? gradeMidstream(judged) : null;
  // A RST by the originator responds to the SYN+ACK, so that has arrived.
  const isAcknowledged = asked(AttemptBit.BEYOND_SYN) || asked(AttemptBit.RESET);
  if (!isAcknowledged) return isProhibited ? "prohibited" : "one-way";
  if (answered(AttemptBit.DATA)) return judgeAnswer(judged);
  if (!asked(AttemptBit.DATA)) return "connected";
  if (isCutOff(entry, originator, columns)) return "closed-at-once";
  if (answered(AttemptBit.ACKNOWLEDGED)) return isDead(judged) ? "went-dead" : "connected";
  if (isProhibited) return "prohibited";
  return columns.repeats(entry) > 0 || progress.repeats(entry, originator) > 0 ? "unanswered" : "connected";
}

/** Judges a connection that was opened before the capture began. */
function gradeMidstream(judged: JudgedFlow): AttemptVerdict {
  const { flow, originator, columns } = judged;
  if (isDead(judged)) return "went-dead";
  const [asks, answers] = [originator, 1 - originator].map((side) =>
    columns.has(flow.entry, AttemptBit.DATA, side),
  );
  if (!answers) return "connected";
  return asks ? "works" : "answered";
}

/** Judges an attempt that the server answered with payload. */
function judgeAnswer(judged: JudgedFlow): AttemptVerdict {
  const { flow, originator, columns, progress } = judged;
  const { entry } = flow;
  if (isAnswerLost(judged)) return "answers-lost";
  if (isGivenUp(flow, originator, columns) || isPinned(judged)) return "closed-at-once";
  if (isDead(judged)) return "went-dead";
  if (progress.has(entry, ProgressBit.HELLO, originator)) return gradeTls(judged);
  const turns = columns.turns(entry);
  return turns >= MIN_REPLY_TURNS ? "works" : "answered";
}

/**
 * Requires data in both directions after the Finished; if records are missing in the capture, the number of turns that this
 * takes.
 */
function gradeTls({ flow: { entry }, originator, columns, progress }: JudgedFlow): AttemptVerdict {
  if (progress.has(entry, ProgressBit.RECORDS_LOST, originator)) {
    return columns.turns(entry) >= MIN_DIALOGUE_TURNS ? "works" : "answered";
  }
  const hasData = progress.has(entry, ProgressBit.DATA, originator);
  return hasData && progress.has(entry, ProgressBit.REPLIED, 1 - originator) ? "works" : "answered";
}

/** The server retransmits its payload, or the client reports a gap before it, and the client acknowledges no byte of it. */
function isAnswerLost({ flow: { entry }, originator, progress }: JudgedFlow): boolean {
  const responder = 1 - originator;
  if (!progress.isNothingAcknowledged(entry, responder)) return false;
  return progress.repeats(entry, responder) > 0 || progress.has(entry, ProgressBit.SACKED, originator);
}

/** The originator's last segment was retransmitted repeatedly and not acknowledged. */
function isDead({ flow: { entry }, originator, progress }: JudgedFlow): boolean {
  if (progress.repeats(entry, originator) < REPEATS_OF_A_DEAD_END) return false;
  return progress.isEndUnacknowledged(entry, originator);
}

/** The client completed the TLS handshake and closed at once, without any data: it rejects this server. */
function isPinned({ flow, originator, columns, progress }: JudgedFlow): boolean {
  const { entry } = flow;
  const asked = (bit: number) => progress.has(entry, bit, originator);
  if (!asked(ProgressBit.HELLO) || asked(ProgressBit.DATA) || asked(ProgressBit.RECORDS_LOST)) return false;
  if (!asked(ProgressBit.FINISHED) && !asked(ProgressBit.LEGACY)) return false;
  return columns.has(entry, AttemptBit.ENDED_FIRST, originator) && durationOf(flow) < AT_ONCE_SECONDS;
}

/** TLS that reached the server's answer and was then abandoned by either side. */
function isGivenUp({ entry }: FlowView, originator: number, columns: AttemptColumns): boolean {
  if (!columns.has(entry, AttemptBit.TLS, originator)) return false;
  const responder = 1 - originator;
  if (columns.has(entry, AttemptBit.ALERT, responder) || columns.has(entry, AttemptBit.ALERT, originator)) {
    return true;
  }
  if (!columns.has(entry, AttemptBit.TLS, responder) || !isEnded(entry, columns)) return false;
  return (
    columns.turns(entry) < MIN_DIALOGUE_TURNS &&
    columns.bytesAfterAnswer(entry, originator) < MIN_FINISHED_LENGTH
  );
}

/** The only response to the request is the end of the connection: a RST or, where a TLS server has to answer, a FIN. */
function isCutOff(record: number, originator: number, columns: AttemptColumns): boolean {
  const responder = 1 - originator;
  if (!columns.has(record, AttemptBit.ENDED_FIRST, responder)) return false;
  return (
    columns.has(record, AttemptBit.RESET, responder) ||
    (columns.has(record, AttemptBit.TLS, originator) && columns.has(record, AttemptBit.FIN, responder))
  );
}

function isEnded(record: number, columns: AttemptColumns): boolean {
  return columns.has(record, AttemptBit.ENDED_FIRST, 0) || columns.has(record, AttemptBit.ENDED_FIRST, 1);
}
