/**
 * The sessions of multipath TCP: a subflow that joins one has the name that the session's first subflow was opened with,
 * as it begins in the middle and names nothing itself (RFC 8684, 2.2). Known are sessions whose SYN+ACK was seen, and of
 * them the subflows that their client opens.
 */
import type { PacketRow } from "../../flows/packet-row.ts";
import { TCP_ACK } from "../../net/tcp-flags.ts";
import { acceptedToken, joinedToken, NO_TOKEN } from "../payload/mptcp-options.ts";
import type { HandshakeNames } from "./handshake.ts";
import { RecentMap } from "./recent-map.ts";

/** Sessions that are kept, live flows that began one, and live flows that joined one: so many of each. */
const LIMIT = 65_536;
const MIN_HEADER_LENGTH = 20;

interface Session {
  /** The record of its first subflow; 0 once that has ended. */
  record: number;
  /** What that one was named by; null until it has ended. */
  names: HandshakeNames | null;
}

/** What the handshake of the flow in a record named. */
export type NamesOfRecord = (record: number) => HandshakeNames | null;

export class MultipathSessions {
  /** Sessions and subflows that were not kept: there were `limit` others. */
  dropped = 0;
  readonly #namesOf: NamesOfRecord;
  readonly #limit: number;
  /** By token. */
  readonly #sessions: RecentMap<Session>;
  /** By the record of a live flow: the session that it began, or joined. */
  readonly #begun = new Map<number, Session>();
  readonly #joined = new Map<number, Session>();

  constructor(namesOf: NamesOfRecord, limit = LIMIT) {
    this.#namesOf = namesOf;
    this.#limit = limit;
    this.#sessions = new RecentMap(limit);
  }

  /** A segment with SYN (borrowed for the call) of the flow in a record. */
  addSyn(record: number, packet: PacketRow): void {
    const options = packet.transportOffset + MIN_HEADER_LENGTH;
    const end = packet.payloadOffset;
    if (end <= options) return;
    if ((packet.tcpFlags & TCP_ACK) !== 0) this.#begin(record, acceptedToken(packet.bytes, options, end));
    else this.#join(record, joinedToken(packet.bytes, options, end));
  }

  /** What the first subflow of the session that a flow joined was named by (so far), or null. */
  of(record: number): HandshakeNames | null {
    const session = this.#joined.size > 0 ? this.#joined.get(record) : undefined;
    if (session === undefined) return null;
    return session.record === 0 ? session.names : this.#namesOf(session.record);
  }

  /** The flow in a record has ended; its names are still there. */
  forget(record: number): void {
    if (this.#joined.size > 0) this.#joined.delete(record);
    const session = this.#begun.size > 0 ? this.#begun.get(record) : undefined;
    if (session === undefined) return;
    this.#begun.delete(record);
    session.names = this.#namesOf(record);
    session.record = 0;
  }

  #begin(record: number, token: number): void {
    if (token === NO_TOKEN || this.#begun.has(record)) return;
    if (this.#begun.size >= this.#limit) {
      this.dropped++;
      return;
    }
    const session = { record, names: null };
    this.#begun.set(record, session);
    this.#sessions.set(String(token), session);
  }

  #join(record: number, token: number): void {
    const session = token === NO_TOKEN ? undefined : this.#sessions.get(String(token));
    if (session === undefined || session.record === record) return;
    if (this.#joined.size < this.#limit) this.#joined.set(record, session);
    else this.dropped++;
  }
}
