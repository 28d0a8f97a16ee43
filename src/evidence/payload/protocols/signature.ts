/**
 * The interface of a recogniser: its protocols, where they may occur, and how to classify a message. A first byte that many
 * protocols may have proves nothing: such a message only *may* match, until one of the other side fits.
 */

import type { ProductSign, Protocol } from "../../../net/application-protocols.ts";
import type { FlowStart, Message } from "./flow-start.ts";

/** Result of classifying one message for a protocol. */
export const Kind = {
  /** Not of this protocol. */
  NO: 0,
  /** The available part of the stream is too short to decide. */
  MORE: 1,
  /** Of this protocol, sent by the client: it opens, requests, or greets as a client. */
  ASKS: 2,
  /** Of this protocol, sent by the server. */
  ANSWERS: 3,
  /** Of this protocol; either side may send it. */
  EITHER: 4,
  /** Of this protocol if a message of the other side answers it. */
  MAY_ASK: 5,
  /** Of this protocol if it answers a message of the other side. */
  MAY_ANSWER: 6,
  /** Of this protocol if the other side, or more datagrams of its own, are similar. */
  MAY_BE: 7,
} as const;

/** One of `Kind`. */
export type Kind = (typeof Kind)[keyof typeof Kind];

export interface Signature {
  /** The first one applies unless `protocolOf` returns another. */
  readonly protocols: readonly [Protocol, ...Protocol[]];
  readonly transports: readonly ("tcp" | "udp")[];
  /** Possible first bytes of a message; null for any. */
  readonly firstBytes: readonly number[] | null;
  /** Classifies a message of at least one byte by itself. Pure; the message is borrowed for the call. */
  readonly classify: (message: Message) => Kind;
  /** Whether two messages that may be of this protocol belong together; if absent, each request fits each answer. */
  readonly agree?: (asking: Message, answering: Message) => boolean;
  /** Classifies the datagrams of one side together, if a single one may be anything. Without `agree`, nothing else counts. */
  readonly series?: (messages: readonly Message[]) => Kind;
  /** Which of `protocols` a matching message has. */
  readonly protocolOf?: (message: Message, start: FlowStart) => Protocol;
  /** Returns a product sign in a matching message; null if there is none. */
  readonly signOf?: (message: Message) => ProductSign | null;
}

/** Whether a kind is conclusive without other messages. */
export function isCertain(kind: Kind): boolean {
  return kind === Kind.ASKS || kind === Kind.ANSWERS || kind === Kind.EITHER;
}

/** Returns all bytes from `first` to `last`. */
export function byteRange(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Returns the first bytes of these texts. */
export function initials(texts: readonly string[]): number[] {
  return [...new Set(texts.map((text) => text.charCodeAt(0)))];
}
