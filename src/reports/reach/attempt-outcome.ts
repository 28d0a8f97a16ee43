/**
 * What came of one flow as an attempt to reach a service: the verdict over its columns, now that it is known who asked
 * whom. A verdict says what the packets show, and "works" only what an answer proves (docs/contract.md, "Verdicts of reach").
 */

import { type FlowView, Transport } from "../../flows/flow-view.ts";
import { AttemptBit } from "./attempt-bits.ts";
import type { AttemptColumns } from "./attempt-columns.ts";
import type { AttemptProgress } from "./attempt-progress.ts";
import { ProgressBit } from "./progress-bits.ts";
import type { AttemptVerdict } from "./reach-report.ts";

/**
 * The least that a client sends behind the server's answer if it goes on with a TLS handshake: a ChangeCipherSpec of 6
 * bytes and a Finished of 5 + 16 + 16 (TLS 1.2 resumed, RFC 5246, 7.4.9, with the tag of RFC 7905); in TLS 1.3 it is 58.
 * One that gives up sends an alert of 7, or, encrypted, of 24 and a ChangeCipherSpec of 6 before it (RFC 8446, 6, D.4).
 */
const LEAST_FINISHED_LENGTH = 43;
/** Hello, answer, Finished, and something after that. */
const TURNS_OF_A_TALK = 4;
/** Of a protocol that is not known: a question, an answer, and a reply to that. */
const TURNS_OF_A_REPLY = 3;
/** Who does not accept a server has closed by then; who keeps a connection in store leaves it open for longer. */
const AT_ONCE_SECONDS = 2;
/** Segments sent again without progress, at 0.2, 0.6, 1.4 and 3 seconds (RFC 6298, 5.5): longer than any loss by chance. */
const REPEATS_OF_A_DEAD_END = 4;
/** Requests of UDP that a client sent again, each since it missed the answer to the one before. */
const REQUESTS_IN_VAIN = 4;

/** An attempt as its packets show it. */
export interface AttemptOutcome {
  readonly verdict: AttemptVerdict;
  /** It is sure that answers came which the capture does not have: it sees one direction only. */
  readonly isBlind: boolean;
  /** Packets of both sides are there. */
  readonly isTwoWay: boolean;
}

/** What the packets of live flows have shown. */
export interface AttemptSigns {
  readonly columns: AttemptColumns;
  readonly progress: AttemptProgress;
}

/** A flow with its signs, and who asked. Borrowed for the call. */
interface JudgedFlow extends AttemptSigns {
  readonly flow: FlowView;
  readonly originator: number;
}

/**
 * The outcome of a flow (borrowed for the call) whose `originator` is that side; null for what is no attempt: to a group
 * of hosts, or nothing but a late RST.
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
 * Whether the client of a flow without an answer has itself waited often enough: it sent the same request four times and
 * more, none right behind the other. Who sends media does not wait.
 */
export function isAskedInVain(flow: FlowView, originator: number, { columns }: AttemptSigns): boolean {
  if (flow.transport !== Transport.UDP || columns.has(flow.entry, AttemptBit.MEDIA, originator)) return false;
  const requests = flow.packets(originator);
  if (requests < REQUESTS_IN_VAIN || flow.packets(1 - originator) > 0) return false;
  // Requests that are sent again have one length.
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
  // A RST by who asked is an answer to the SYN+ACK, which so has arrived.
  const isAcknowledged = asked(AttemptBit.BEYOND_SYN) || asked(AttemptBit.RESET);
  if (!isAcknowledged) return isProhibited ? "prohibited" : "one-way";
  if (answered(AttemptBit.DATA)) return judgeAnswer(judged);
  if (!asked(AttemptBit.DATA)) return "connected";
  if (isCutOff(entry, originator, columns)) return "closed-at-once";
  if (answered(AttemptBit.ACKNOWLEDGED)) return isDead(judged) ? "went-dead" : "connected";
  if (isProhibited) return "prohibited";
  return columns.repeats(entry) > 0 || progress.repeats(entry, originator) > 0 ? "unanswered" : "connected";
}

/** A connection that was opened before the capture began. */
function gradeMidstream(judged: JudgedFlow): AttemptVerdict {
  const { flow, originator, columns } = judged;
  if (isDead(judged)) return "went-dead";
  const [asks, answers] = [originator, 1 - originator].map((side) =>
    columns.has(flow.entry, AttemptBit.DATA, side),
  );
  if (!answers) return "connected";
  return asks ? "works" : "answered";
}

/** An attempt that the server has answered with payload. */
function judgeAnswer(judged: JudgedFlow): AttemptVerdict {
  const { flow, originator, columns, progress } = judged;
  const { entry } = flow;
  if (isAnswerLost(judged)) return "answers-lost";
  if (isGivenUp(flow, originator, columns) || isPinned(judged)) return "closed-at-once";
  if (isDead(judged)) return "went-dead";
  if (progress.has(entry, ProgressBit.HELLO, originator)) return gradeTls(judged);
  const turns = columns.turns(entry);
  return turns >= TURNS_OF_A_REPLY ? "works" : "answered";
}

/** Data both ways behind the Finished; where records were not captured, as much talk as that takes. */
function gradeTls({ flow: { entry }, originator, columns, progress }: JudgedFlow): AttemptVerdict {
  if (progress.has(entry, ProgressBit.RECORDS_LOST, originator)) {
    return columns.turns(entry) >= TURNS_OF_A_TALK ? "works" : "answered";
  }
  const isSpoken = progress.has(entry, ProgressBit.DATA, originator);
  return isSpoken && progress.has(entry, ProgressBit.REPLIED, 1 - originator) ? "works" : "answered";
}

/** The server's payload is sent again, or stands behind a gap, and the client acknowledges no byte of it. */
function isAnswerLost({ flow: { entry }, originator, progress }: JudgedFlow): boolean {
  const responder = 1 - originator;
  if (!progress.isNothingAcknowledged(entry, responder)) return false;
  return progress.repeats(entry, responder) > 0 || progress.has(entry, ProgressBit.SACKED, originator);
}

/** What who asked sent last was sent again and again, and not acknowledged. */
function isDead({ flow: { entry }, originator, progress }: JudgedFlow): boolean {
  if (progress.repeats(entry, originator) < REPEATS_OF_A_DEAD_END) return false;
  return progress.isEndUnacknowledged(entry, originator);
}

/** The client finished the handshake of TLS and closed at once, without any data: it does not accept this server. */
function isPinned({ flow, originator, columns, progress }: JudgedFlow): boolean {
  const { entry } = flow;
  const asked = (bit: number) => progress.has(entry, bit, originator);
  if (!asked(ProgressBit.HELLO) || asked(ProgressBit.DATA) || asked(ProgressBit.RECORDS_LOST)) return false;
  if (!asked(ProgressBit.FINISHED) && !asked(ProgressBit.LEGACY)) return false;
  return columns.has(entry, AttemptBit.ENDED_FIRST, originator) && durationOf(flow) < AT_ONCE_SECONDS;
}

/** TLS that came as far as the server's answer and was left there by either side. */
function isGivenUp({ entry }: FlowView, originator: number, columns: AttemptColumns): boolean {
  if (!columns.has(entry, AttemptBit.TLS, originator)) return false;
  const responder = 1 - originator;
  if (columns.has(entry, AttemptBit.ALERT, responder) || columns.has(entry, AttemptBit.ALERT, originator)) {
    return true;
  }
  if (!columns.has(entry, AttemptBit.TLS, responder) || !isEnded(entry, columns)) return false;
  return (
    columns.turns(entry) < TURNS_OF_A_TALK &&
    columns.bytesAfterAnswer(entry, originator) < LEAST_FINISHED_LENGTH
  );
}

/** What was sent got no answer but the end of the connection: by RST, or, where a TLS server has to answer, by FIN. */
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
