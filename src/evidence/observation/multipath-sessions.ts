/**
 * Multipath TCP sessions: a subflow that joins a session gets the names of the session's first subflow, as it begins in the
 * middle and contains no names itself (RFC 8684, 2.2). Limited to sessions whose SYN+ACK was seen, and to subflows that their
 * client opens.
 */
import type { PacketRow } from "../../flows/packet-row.ts";
import { TCP_ACK } from "../../net/tcp-flags.ts";
import { acceptedToken, joinedToken, NO_TOKEN } from "../payload/mptcp-options.ts";
import type { HandshakeNames } from "./handshake.ts";
import { RecentMap } from "./recent-map.ts";

/** Limit for each of: kept sessions, live flows that began one, and live flows that joined one. */
const LIMIT = 65_536;
const MIN_HEADER_LENGTH = 20;

interface Session {
  /** Entry of its first subflow; 0 once that has ended. */
  entry: number;
  /** Names of the first subflow; null until it has ended. */
  names: HandshakeNames | null;
}

/** Returns the names in the handshake of the flow in an entry. */
export type NamesOfEntry = (entry: number) => HandshakeNames | null;

export class MultipathSessions {
  /** Sessions and subflows that were not kept because the limit was reached. */
  dropped = 0;
  readonly #namesOf: NamesOfEntry;
  readonly #limit: number;
  /** By token. */
  readonly #sessions: RecentMap<Session>;
  /** By flow entry: the session that the live flow began, or joined. */
  readonly #begun = new Map<number, Session>();
  readonly #joined = new Map<number, Session>();

  constructor(namesOf: NamesOfEntry, limit = LIMIT) {
    this.#namesOf = namesOf;
    this.#limit = limit;
    this.#sessions = new RecentMap(limit);
  }

  /** Reads a segment with SYN (borrowed for the call) of the flow in an entry. */
  addSyn(entry: number, packet: PacketRow): void {
    const options = packet.transportOffset + MIN_HEADER_LENGTH;
    const end = packet.payloadOffset;
    if (end <= options) return;
    if ((packet.tcpFlags & TCP_ACK) !== 0) this.#begin(entry, acceptedToken(packet.bytes, options, end));
    else this.#join(entry, joinedToken(packet.bytes, options, end));
  }

  /** Names of the first subflow of the session that a flow joined (so far), or null. */
  of(entry: number): HandshakeNames | null {
    const session = this.#joined.size > 0 ? this.#joined.get(entry) : undefined;
    if (session === undefined) return null;
    return session.entry === 0 ? session.names : this.#namesOf(session.entry);
  }

  /** The flow in an entry has ended; its names are still available. */
  forget(entry: number): void {
    if (this.#joined.size > 0) this.#joined.delete(entry);
    const session = this.#begun.size > 0 ? this.#begun.get(entry) : undefined;
    if (session === undefined) return;
    this.#begun.delete(entry);
    session.names = this.#namesOf(entry);
    session.entry = 0;
  }

  #begin(entry: number, token: number): void {
    if (token === NO_TOKEN || this.#begun.has(entry)) return;
    if (this.#begun.size >= this.#limit) {
      this.dropped++;
      return;
    }
    const session = { entry, names: null };
    this.#begun.set(entry, session);
    this.#sessions.set(String(token), session);
  }

  #join(entry: number, token: number): void {
    const session = token === NO_TOKEN ? undefined : this.#sessions.get(String(token));
    if (session === undefined || session.entry === entry) return;
    if (this.#joined.size < this.#limit) this.#joined.set(entry, session);
    else this.dropped++;
  }
}
