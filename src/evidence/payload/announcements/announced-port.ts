/**
 * A port that one flow announces for another: what the readers of announcements report, and the shape of such a reader. All of them
 * are pure, and see what was captured of a session in the order in which it was sent.
 */
import type { AddressKey } from "../../../net/address-key.ts";

/**
 * How long it holds: for one connection that follows at once (FTP); as long as the session that announced it (media); or as long as
 * the service runs that was asked for (port mapper, endpoint mapper).
 */
export type Holding = "connection" | "session" | "service";

/** Somebody will listen there. */
export interface AnnouncedPort {
  readonly transport: "tcp" | "udp";
  /** null: the address of the host at `side` of the session, as none was named. */
  readonly address: AddressKey | null;
  /** From 1 to 65535. */
  readonly port: number;
  /** The side of the session whose party will listen. */
  readonly side: 0 | 1;
  readonly holds: Holding;
}

/** Gets what is announced; owned by who gets it. */
export type AnnouncementTaker = (port: AnnouncedPort) => void;

/** Where a message stands: `bytes[offset..end)`, borrowed for the call. */
export interface MessageBytes {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly end: number;
}

/** It is not all there. */
export const NEEDS_MORE = 0;
/** No message begins there. */
export const IS_BROKEN = -1;

/** What one session says, message by message. It keeps what of a question its answer needs: bounded. */
export interface AnnouncementReader {
  /** The length of the message that begins at `offset` of a stream, or `NEEDS_MORE` or `IS_BROKEN`. */
  lengthOf(bytes: Uint8Array, offset: number, end: number): number;
  /** A whole message (borrowed for the call) of a side. Returns whether later ones may announce anything. */
  read(side: 0 | 1, message: MessageBytes): boolean;
}

/** Reports a port if it is one. */
export function announce(take: AnnouncementTaker, port: AnnouncedPort): void {
  if (port.port > 0 && port.port <= 0xffff) take(port);
}
