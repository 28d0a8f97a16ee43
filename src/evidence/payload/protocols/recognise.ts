/**
 * What a flow speaks, by its first payload alone. Which signatures are tried is decided by a message's first byte; the first one that
 * is sure is the answer.
 */

import type { ProductSign, Protocol } from "../../../net/application-protocols.ts";
import { companionLink } from "./companion-link.ts";
import type { FlowStart, Message } from "./flow-start.ts";
import { isCertain, Kind, type Signature } from "./signature.ts";
import { SIGNATURES } from "./signatures.ts";

/** What was recognised. Shared by all flows with the same answer. */
export interface Recognition {
  readonly protocol: Protocol;
  /** The index in `FlowStart.sides` of the side that asks, whose other is the service; null where the payload does not say. */
  readonly asks: 0 | 1 | null;
  readonly sign: ProductSign | null;
}

type Asks = Recognition["asks"];
const ASKS: readonly Asks[] = [0, 1, null];

/** By transport and first byte. */
const TABLES = { tcp: tableOf("tcp"), udp: tableOf("udp") };
/** Those of them that datagrams are looked at for which are not their side's first. */
const SERIES = tableOf("udp", ({ series }) => series !== undefined);
const known = new Map<Protocol, Map<ProductSign | null, Recognition[]>>();

/**
 * What the flow speaks; "more" where further bytes or datagrams may tell; null where nothing known may follow, unless from a side that
 * has been silent so far. The start is borrowed for the call, and nothing outside its messages is read. More of the same streams gives
 * the same answer, or one after "more".
 *
 * @example recognise({ transport: "tcp", sides: [[message], []], announced: null })
 */
export function recognise(start: FlowStart): Recognition | "more" | null {
  return recogniseBy(TABLES[start.transport], start);
}

/**
 * The same of a later datagram of a side whose first one was nothing known: only what several datagrams tell together may begin with
 * it.
 */
export function recogniseLater(start: FlowStart): Recognition | "more" | null {
  return recogniseBy(SERIES, start);
}

function recogniseBy(
  table: readonly (readonly Signature[])[],
  start: FlowStart,
): Recognition | "more" | null {
  const count = Math.max(start.sides[0].length, start.sides[1].length);
  let isOpen = false;
  for (let i = 0; i < count; i++) {
    for (let side: 0 | 1 = 0; side < 2; side++) {
      const message = start.sides[side][i];
      if (message === undefined || message.offset >= message.end) continue;
      for (const signature of table[message.bytes[message.offset]]) {
        const found = judge(signature, start, side as 0 | 1, message);
        if (found === "more") isOpen = true;
        else if (found !== null) return found;
      }
    }
  }
  return isOpen ? "more" : null;
}

/** Whether `FlowStart.announced` may count for a stream whose first segment from a side begins with a byte. */
export function countsAnnouncement(firstByte: number): boolean {
  return TABLES.tcp[firstByte].includes(companionLink);
}

/** What a stream speaks of which both sides' first messages are {@link isLaterRecord}. */
export function laterTls(): Recognition {
  return intern("tls", null, null);
}

/** The answer for a flow of which somebody else says what it speaks, and which of its sides asks, if that is known. */
export function recognitionOf(protocol: Protocol, asks: Recognition["asks"]): Recognition {
  return intern(protocol, asks, null);
}

/** The same answer for a flow whose two sides are told in the other order. */
export function withSidesSwapped({ protocol, asks, sign }: Recognition): Recognition {
  return intern(protocol, asks === null ? null : asks === 0 ? 1 : 0, sign);
}

/** What one signature says of one message of a side, with what the other side and its other datagrams say. */
export function judge(
  signature: Signature,
  start: FlowStart,
  side: 0 | 1,
  message: Message,
): Recognition | "more" | null {
  if (signature === companionLink && start.announced !== companionLink.protocols[0]) return null;
  const kind = signature.classify(message);
  if (kind === Kind.NO) return null;
  if (kind === Kind.MORE) return "more";
  if (isCertain(kind)) {
    // What is asked says more than the answer to it, so it is waited for; of two that ask, the first one's.
    const mayWait = side === 1 || kind !== Kind.ASKS;
    if (mayWait && isOpenStream(signature, start.sides[side === 0 ? 1 : 0])) return "more";
    return recognition(signature, start, message, askingSide(kind, side));
  }
  if (signature.series !== undefined) {
    const together = signature.series(start.sides[side]);
    if (isCertain(together)) return recognition(signature, start, message, askingSide(together, side));
    if (signature.agree === undefined) return together === Kind.MORE ? "more" : null;
  }
  return judgePair(signature, start, side, message, kind);
}

/** Whether a side's stream may still become the signature's. */
function isOpenStream(signature: Signature, messages: readonly Message[]): boolean {
  const message = messages[0];
  if (message === undefined || !message.isStream || message.offset >= message.end) return false;
  return signature.classify(message) === Kind.MORE;
}

/** Whether what the other side sent makes sure what this message only may be. */
function judgePair(
  signature: Signature,
  start: FlowStart,
  side: 0 | 1,
  message: Message,
  kind: Kind,
): Recognition | "more" | null {
  const other = side === 0 ? 1 : 0;
  let isOpen = start.transport === "udp" && signature.series !== undefined;
  let isAlone = true;
  for (const answer of start.sides[other]) {
    if (answer.offset >= answer.end) continue;
    isAlone = false;
    const fit = signature.classify(answer);
    if (fit === Kind.MORE) isOpen = true;
    if (fit === Kind.MORE || fit === Kind.NO) continue;
    if (isCertain(fit)) return recognition(signature, start, answer, askingSide(fit, other));
    const asks = askingOf(signature, side, message, kind, answer, fit);
    if (asks !== -1) return recognition(signature, start, message, asks);
  }
  return isAlone || isOpen ? "more" : null;
}

/** Which side asks where two messages belong together; -1 where they do not. */
function askingOf(
  signature: Signature,
  side: 0 | 1,
  message: Message,
  kind: Kind,
  answer: Message,
  fit: Kind,
): Asks | -1 {
  const other = side === 0 ? 1 : 0;
  const mayAsk = kind !== Kind.MAY_ANSWER && fit !== Kind.MAY_ASK;
  const mayAnswer = kind !== Kind.MAY_ASK && fit !== Kind.MAY_ANSWER;
  if (signature.agree === undefined) {
    if (mayAsk && mayAnswer) return null;
    return mayAsk ? side : mayAnswer ? other : -1;
  }
  // Of two that may both ask, the side that was first does.
  if (side === 0 && mayAsk && signature.agree(message, answer)) return 0;
  if (mayAnswer && signature.agree(answer, message)) return other;
  return mayAsk && signature.agree(message, answer) ? side : -1;
}

function askingSide(kind: Kind, side: 0 | 1): Asks {
  if (kind === Kind.ASKS) return side;
  if (kind === Kind.ANSWERS) return side === 0 ? 1 : 0;
  return null;
}

function recognition(signature: Signature, start: FlowStart, message: Message, asks: Asks): Recognition {
  const protocol = signature.protocolOf?.(message, start) ?? signature.protocols[0];
  const sign = signature.signOf?.(message) ?? null;
  return intern(protocol, asks, sign);
}

function intern(protocol: Protocol, asks: Asks, sign: ProductSign | null): Recognition {
  let bySign = known.get(protocol);
  if (bySign === undefined) {
    bySign = new Map();
    known.set(protocol, bySign);
  }
  let byAsks = bySign.get(sign);
  if (byAsks === undefined) {
    byAsks = ASKS.map((side) => Object.freeze({ protocol, asks: side, sign }));
    bySign.set(sign, byAsks);
  }
  return byAsks[asks ?? 2];
}

function tableOf(
  transport: FlowStart["transport"],
  isWanted: (signature: Signature) => boolean = () => true,
): readonly (readonly Signature[])[] {
  const table: Signature[][] = Array.from({ length: 256 }, () => []);
  for (const signature of SIGNATURES) {
    if (!signature.transports.includes(transport) || !isWanted(signature)) continue;
    for (const byte of signature.firstBytes ?? table.keys()) {
      const signatures = table[byte];
      if (signatures[signatures.length - 1] !== signature) signatures.push(signature);
    }
  }
  return table;
}
