/**
 * The shape of a recogniser: which protocols it knows, where they may stand, and what a message says. A first byte that
 * many protocols may begin with proves nothing: such a message only *may* be one, until the other side's fits.
 */

import type { ProductSign, Protocol } from "../../../net/application-protocols.ts";
import type { FlowStart, Message } from "./flow-start.ts";

/** What one message is to a protocol. */
export const Kind = {
  /** It is not of this protocol. */
  NO: 0,
  /** Too little of the stream is there to say. */
  MORE: 1,
  /** It is, and its sender is the side that asks: it opens, requests, greets as a client. */
  ASKS: 2,
  /** It is, and its sender is the side that is asked. */
  ANSWERS: 3,
  /** It is, and either side may say it. */
  EITHER: 4,
  /** It is if a message of the other side answers it. */
  MAY_ASK: 5,
  /** It is if it answers a message of the other side. */
  MAY_ANSWER: 6,
  /** It is if the other side, or more datagrams of its own, speak alike. */
  MAY_BE: 7,
} as const;

/** One of `Kind`. */
export type Kind = (typeof Kind)[keyof typeof Kind];

export interface Signature {
  /** The first one, but where `protocolOf` says another. */
  readonly protocols: readonly [Protocol, ...Protocol[]];
  readonly transports: readonly ("tcp" | "udp")[];
  /** The bytes that a message may begin with; null for any. */
  readonly firstBytes: readonly number[] | null;
  /** What a message with at least one byte is, looked at alone. Pure; the message is borrowed for the call. */
  readonly classify: (message: Message) => Kind;
  /** Whether two messages that may be of this protocol belong together; without it each question fits each answer. */
  readonly agree?: (asking: Message, answering: Message) => boolean;
  /** What the datagrams of one side say together, where one may be anything. Without `agree`, nothing else counts. */
  readonly series?: (messages: readonly Message[]) => Kind;
  /** Which of `protocols` a message of it speaks. */
  readonly protocolOf?: (message: Message, start: FlowStart) => Protocol;
  /** A sign in a message that is of this protocol; null where there is none. */
  readonly signOf?: (message: Message) => ProductSign | null;
}

/** Whether a kind needs no other message. */
export function isCertain(kind: Kind): boolean {
  return kind === Kind.ASKS || kind === Kind.ANSWERS || kind === Kind.EITHER;
}

/** All bytes from `first` to `last`. */
export function byteRange(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** The bytes that any of these texts begins with. */
export function initials(texts: readonly string[]): number[] {
  return [...new Set(texts.map((text) => text.charCodeAt(0)))];
}
