/**
 * A port that one flow announces for another: the result type and the interface of announcement readers. All readers are
 * pure, and receive the captured parts of a session in the order sent.
 */
import type { AddressKey } from "../../../net/address-key.ts";

/**
 * Lifetime of an announcement: for one connection that follows at once (FTP); as long as the announcing session (media); or
 * as long as the requested service runs (port mapper, endpoint mapper).
 */
export type Holding = "connection" | "session" | "service";

/** A port on which somebody will listen. */
export interface AnnouncedPort {
  readonly transport: "tcp" | "udp";
  /** null: none was named; the address of the host at `side` of the session. */
  readonly address: AddressKey | null;
  /** From 1 to 65535. */
  readonly port: number;
  /** The side of the session that will listen. */
  readonly side: 0 | 1;
  readonly holds: Holding;
}

/** Receives announced ports, and owns them. */
export type AnnouncementSink = (port: AnnouncedPort) => void;

/** Position of a message: `bytes[offset..end)`, borrowed for the call. */
export interface MessageBytes {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly end: number;
}

/** The message is incomplete. */
export const NEEDS_MORE = 0;
/** No message begins there. */
export const IS_BROKEN = -1;

/** Reads one session message by message. Remembers what it needs of a request to interpret the answer: bounded. */
export interface AnnouncementReader {
  /** Returns the length of the message at `offset` of a stream, or `NEEDS_MORE` or `IS_BROKEN`. */
  lengthOf(bytes: Uint8Array, offset: number, end: number): number;
  /** Reads a complete message (borrowed for the call) of a side. Returns whether later ones may announce anything. */
  read(side: 0 | 1, message: MessageBytes): boolean;
}

/** Reports a port if it is valid. */
export function announce(emit: AnnouncementSink, port: AnnouncedPort): void {
  if (port.port > 0 && port.port <= 0xffff) emit(port);
}
