/**
 * What came of one flow as an attempt to reach a service: the verdict over its columns, now that it is known who asked
 * whom. A verdict says what the packets show, and "works" only what an answer proves.
 */

import { type FlowView, Transport } from "../../flows/flow-view.ts";
import { AttemptBit } from "./attempt-bits.ts";
import type { AttemptColumns } from "./attempt-columns.ts";
import type { AttemptVerdict } from "./reach-report.ts";

/**
 * The least that a client sends behind the server's answer if it goes on with a TLS handshake: a ChangeCipherSpec of 6
 * bytes and a Finished of 5 + 16 + 16 (TLS 1.2 resumed, RFC 5246, 7.4.9, with the tag of RFC 7905); in TLS 1.3 it is 58.
 * One that gives up sends an alert of 7, or, encrypted, of 24 and a ChangeCipherSpec of 6 before it (RFC 8446, 6, D.4).
 */
const LEAST_FINISHED_LENGTH = 43;
/** Hello, answer, Finished, and something after that. */
const TURNS_OF_A_TALK = 4;

/** An attempt as its packets show it. */
export interface AttemptOutcome {
  readonly verdict: AttemptVerdict;
  /** It is sure that answers came which the capture does not have: it sees one direction only. */
  readonly isBlind: boolean;
  /** Packets of both sides are there. */
  readonly isTwoWay: boolean;
}

/**
 * The outcome of a flow (borrowed for the call) whose `originator` is that side; null for what is no attempt: to a group
 * of hosts, or nothing but a late RST.
 */
export function judgeAttempt(
  flow: FlowView,
  originator: number,
  columns: AttemptColumns,
): AttemptOutcome | null {
  const responder = 1 - originator;
  if (flow.isGroup(responder) || flow.isGroup(originator)) return null;
  const isTwoWay = flow.packets(originator) > 0 && flow.packets(responder) > 0;
  if (flow.transport === Transport.UDP) {
    return { verdict: judgeUdp(flow, originator, columns), isBlind: false, isTwoWay };
  }
  const verdict = judgeTcp(flow, originator, columns);
  if (verdict === null) return null;
  return { verdict, isBlind: verdict === "one-direction", isTwoWay };
}

function judgeUdp(flow: FlowView, originator: number, columns: AttemptColumns): AttemptVerdict {
  const { record } = flow;
  if (flow.packets(originator) === 0) return "one-way";
  if (flow.packets(1 - originator) > 0) return "works";
  if (columns.has(record, AttemptBit.UNREACHABLE, originator)) return "prohibited";
  return columns.has(record, AttemptBit.MEDIA, originator) ? "one-way" : "unanswered";
}

function judgeTcp(flow: FlowView, originator: number, columns: AttemptColumns): AttemptVerdict | null {
  const { record } = flow;
  const responder = 1 - originator;
  const asked = (bit: number) => columns.has(record, bit, originator);
  const answered = (bit: number) => columns.has(record, bit, responder);
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
  if (!isOpened) return answered(AttemptBit.BEYOND_SYN) ? "works" : null;
  // A RST by who asked is an answer to the SYN+ACK, which so has arrived.
  const isAcknowledged = asked(AttemptBit.BEYOND_SYN) || asked(AttemptBit.RESET);
  if (!isAcknowledged) return isProhibited ? "prohibited" : "one-way";
  if (answered(AttemptBit.DATA)) return isGivenUp(flow, originator, columns) ? "closed-at-once" : "works";
  if (!asked(AttemptBit.DATA)) return "works";
  if (isCutOff(record, originator, columns)) return "closed-at-once";
  if (answered(AttemptBit.ACKNOWLEDGED)) return "works";
  if (isProhibited) return "prohibited";
  return columns.repeats(record) > 0 ? "unanswered" : "works";
}

/** TLS that came as far as the server's answer and was left there by either side. */
function isGivenUp({ record }: FlowView, originator: number, columns: AttemptColumns): boolean {
  if (!columns.has(record, AttemptBit.TLS, originator)) return false;
  const responder = 1 - originator;
  if (columns.has(record, AttemptBit.ALERT, responder) || columns.has(record, AttemptBit.ALERT, originator)) {
    return true;
  }
  if (!columns.has(record, AttemptBit.TLS, responder) || !isEnded(record, columns)) return false;
  return (
    columns.turns(record) < TURNS_OF_A_TALK &&
    columns.bytesAfterAnswer(record, originator) < LEAST_FINISHED_LENGTH
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
