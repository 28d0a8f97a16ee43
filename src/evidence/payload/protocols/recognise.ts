/**
 * Recognises the protocol of a flow by its first payload only. The first byte of a message selects the signatures to try; the
 * first certain one is the result.
 */

import type { ProductSign, Protocol } from "../../../net/application-protocols.ts";
import { companionLink } from "./companion-link.ts";
import type { FlowStart, Message } from "./flow-start.ts";
import { isCertain, Kind, type Signature } from "./signature.ts";
import { SIGNATURES } from "./signatures.ts";

/** Result of recognition. Shared by all flows with the same result. */
export interface Recognition {
  readonly protocol: Protocol;
  /** Index in `FlowStart.sides` of the client, the other side being the service; null if the payload does not show it. */
  readonly asks: 0 | 1 | null;
  readonly sign: ProductSign | null;
}

type Asks = Recognition["asks"];
const ASKS: readonly Asks[] = [0, 1, null];

/** By transport and first byte. */
const TABLES = { tcp: tableOf("tcp"), udp: tableOf("udp") };
/** The part of the UDP signatures that is tried on later datagrams of a side. */
const SERIES = tableOf("udp", ({ series }) => series !== undefined);
const known = new Map<Protocol, Map<ProductSign | null, Recognition[]>>();

/**
 * Returns the protocol of the flow; "more" if further bytes or datagrams may decide; null if no known protocol is possible,
 * unless a side that has sent nothing yet shows one. The start is borrowed for the call, and nothing outside its messages is
 * read. With more of the same streams, the result stays the same, or "more" is replaced by a result.
 *
 * @example recognise({ transport: "tcp", sides: [[message], []], announced: null })
 */
export function recognise(start: FlowStart): Recognition | "more" | null {
  return recogniseBy(TABLES[start.transport], start);
}

/**
 * The same for a later datagram of a side whose first one was not recognised: only tries signatures that need several
 * datagrams.
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

/** Whether `FlowStart.announced` is relevant for a stream whose first segment from a side begins with this byte. */
export function usesAnnouncement(firstByte: number): boolean {
  return TABLES.tcp[firstByte].includes(companionLink);
}

/** The result for a stream in which the first messages of both sides are {@link isLaterRecord}. */
export function laterTls(): Recognition {
  return intern("tls", null, null);
}

/** The result for a flow whose protocol, and client if known, another program has recognised. */
export function recognitionOf(protocol: Protocol, asks: Recognition["asks"]): Recognition {
  return intern(protocol, asks, null);
}

/** The same result for a flow whose two sides are swapped. */
export function withSidesSwapped({ protocol, asks, sign }: Recognition): Recognition {
  return intern(protocol, asks === null ? null : asks === 0 ? 1 : 0, sign);
}

/** Applies one signature to one message of a side, along with messages of the other side and further datagrams. */
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
    // A request is stronger than the answer to it, so wait for it; if both sides send requests, that of the first side
    // counts.
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

/** Whether a side's stream may still match the signature. */
function isOpenStream(signature: Signature, messages: readonly Message[]): boolean {
  const message = messages[0];
  if (message === undefined || !message.isStream || message.offset >= message.end) return false;
  return signature.classify(message) === Kind.MORE;
}

/** Whether messages of the other side confirm a message that is not certain by itself. */
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

/** The client's side if two messages belong together; -1 if they do not. */
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
  // If both may be the request, it is that of the first side.
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
