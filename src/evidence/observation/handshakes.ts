/** The handshakes of live flows, by flow entry: the incomplete ones, and the results of others. */
import { beginTcpHandshake, beginUdpHandshake, UNKNOWN_SEQUENCE } from "./begin-handshake.ts";
import type { HandshakeNames, HandshakeSegment, PendingHandshake } from "./handshake.ts";

/** Limits. */
export interface HandshakeLimits {
  /** Incomplete handshakes. */
  readonly pending: number;
  /** Bytes held by these. */
  readonly heldBytes: number;
  /** Distinct results of live flows: further flows get no names. */
  readonly distinct: number;
}

const LIMITS: HandshakeLimits = { pending: 32_768, heldBytes: 64 * 2 ** 20, distinct: 262_144 };
/** When there is no room, one in this many pending handshakes is dropped. */
const DROPPED_PART = 64;

/** The side that opened the connection. */
const NOT_OPENED = 0;
const SIDE_A = 1;
const OPENER_MASK = 3;
/** Flag: the first payload of the other side was not recognised. */
const OTHER_IS_NAMELESS = 4;
/** Flag: nothing more is wanted. */
const IS_DONE = 8;

export class Handshakes {
  /** Handshakes that were dropped before they were complete, and names beyond the limit. */
  dropped = 0;
  readonly #opened: Uint8Array;
  /** Sequence number of its first payload byte. */
  readonly #sequences: Uint32Array;
  /** Names as an index of `#answers`; 0: none (so far). */
  readonly #numbers: Int32Array;
  readonly #answers: (HandshakeNames | null)[] = [null];
  readonly #numberOf = new Map<string, number>();
  readonly #pending = new Map<number, PendingHandshake>();
  #heldBytes = 0;
  /** Flows with a result that have ended since results were last cleaned up. */
  #endedSinceCleanup = 0;

  readonly #limits: HandshakeLimits;

  /** For entries 1 to `capacity`. */
  constructor(capacity: number, limits = LIMITS) {
    this.#limits = limits;
    this.#opened = new Uint8Array(capacity + 1);
    this.#sequences = new Uint32Array(capacity + 1);
    this.#numbers = new Int32Array(capacity + 1);
  }

  /** A side (0 for A, 1 for B) sends a SYN; `sequence` is the sequence number of its first payload byte. */
  open(entry: number, fromB: number, sequence: number): void {
    this.#opened[entry] = (this.#opened[entry] & IS_DONE) | (SIDE_A + fromB);
    this.#sequences[entry] = sequence;
  }

  /** A side accepts the connection that the other one, `fromB`, has opened; the SYN of that may have been missed. */
  accept(entry: number, fromB: number, sequence: number): void {
    if (!this.isOpened(entry)) this.open(entry, fromB, sequence);
  }

  /** Whether a SYN of the connection was seen. */
  isOpened(entry: number): boolean {
    return (this.#opened[entry] & OPENER_MASK) !== NOT_OPENED;
  }

  /** Sequence number of a side's first payload byte according to its SYN; null if that was not seen. */
  firstSequence(entry: number, side: number): number | null {
    return (this.#opened[entry] & OPENER_MASK) === SIDE_A + side ? this.#sequences[entry] : null;
  }

  /** Adds the payload of a packet (borrowed for the call), in capture order. Returns whether more is wanted. */
  add(entry: number, segment: HandshakeSegment, isUdp: boolean): boolean {
    if ((this.#opened[entry] & IS_DONE) !== 0) return false;
    const isMoreWanted = this.#add(entry, segment, isUdp);
    if (!isMoreWanted) this.#opened[entry] |= IS_DONE;
    return isMoreWanted;
  }

  #add(entry: number, segment: HandshakeSegment, isUdp: boolean): boolean {
    const pending = this.#pending.get(entry);
    if (pending !== undefined) {
      this.#heldBytes -= pending.heldBytes;
      const answer = pending.add(segment);
      if (answer === "more") return this.#hold(pending);
      this.#pending.delete(entry);
      return this.#answer(entry, answer);
    }
    const begun = isUdp ? beginUdpHandshake(segment) : this.#beginTcp(entry, segment);
    if (begun === "more") return true;
    if (begun === null || !("add" in begun)) return this.#answer(entry, begun);
    this.#pending.set(entry, begun);
    return this.#hold(begun);
  }

  /** Waits for the side that opened the connection, however much the other side sends before; nothing is held for that. */
  #beginTcp(entry: number, segment: HandshakeSegment): HandshakeNames | PendingHandshake | "more" | null {
    const opened = this.#opened[entry];
    if (opened === NOT_OPENED) return beginTcpHandshake(segment, UNKNOWN_SEQUENCE);
    const opener = opened & ~OTHER_IS_NAMELESS;
    if (opener === SIDE_A + segment.fromB) return beginTcpHandshake(segment, this.#sequences[entry]);
    if (opened !== opener) return "more";
    const begun = beginTcpHandshake(segment, UNKNOWN_SEQUENCE);
    if (begun !== null) return begun;
    this.#opened[entry] = opener | OTHER_IS_NAMELESS;
    return "more";
  }

  /** Sets names of the flow's handshake that another program has read, unless names are known already. */
  setNames(entry: number, names: HandshakeNames): void {
    if (this.#numbers[entry] !== 0 || this.#pending.has(entry)) return;
    this.#opened[entry] |= IS_DONE;
    this.#answer(entry, names);
  }

  /** Names in the flow's handshake so far; the same names are the same object. */
  of(entry: number): HandshakeNames | null {
    return this.#answers[this.#numbers[entry]];
  }

  /** Flow ended: parse whatever arrived of the handshake. */
  finish(entry: number): void {
    const pending = this.#pending.size > 0 ? this.#pending.get(entry) : undefined;
    if (pending !== undefined) this.#end(entry, pending);
  }

  /** The flow in an entry has ended. */
  forget(entry: number): void {
    this.#opened[entry] = NOT_OPENED;
    if (this.#numbers[entry] !== 0) this.#endedSinceCleanup++;
    this.#numbers[entry] = 0;
  }

  #hold(pending: PendingHandshake): boolean {
    this.#heldBytes += pending.heldBytes;
    const { pending: maxPending, heldBytes } = this.#limits;
    if (this.#pending.size > maxPending || this.#heldBytes > heldBytes) this.#dropOldest();
    return true;
  }

  /**
   * Drops several at once: finding the first entry of a map means stepping over all deleted ones. A flow whose handshake is
   * dropped remains observed; what still arrives of it is read as a beginning.
   */
  #dropOldest(): void {
    let count = Math.ceil(this.#pending.size / DROPPED_PART);
    for (const [entry, pending] of this.#pending) {
      this.dropped++;
      this.#end(entry, pending);
      if (--count === 0) return;
    }
  }

  #end(entry: number, pending: PendingHandshake): void {
    this.#heldBytes -= pending.heldBytes;
    this.#pending.delete(entry);
    this.#answer(entry, pending.finish());
  }

  #answer(entry: number, names: HandshakeNames | null): false {
    if (names !== null) this.#numbers[entry] = this.#intern(names);
    return false;
  }

  #intern(names: HandshakeNames): number {
    const key = keyOf(names);
    const known = this.#numberOf.get(key);
    if (known !== undefined) return known;
    // Scanning all entries is worthwhile only if enough of them may have been freed.
    const { distinct } = this.#limits;
    if (this.#answers.length > distinct && this.#endedSinceCleanup > distinct / 4) this.#dropUnused();
    if (this.#answers.length > distinct) {
      this.dropped++;
      return 0;
    }
    const number = this.#answers.push(Object.freeze(names)) - 1;
    this.#numberOf.set(key, number);
    return number;
  }

  /** Keeps only the results of live flows. */
  #dropUnused(): void {
    const answers = this.#answers.splice(1) as HandshakeNames[];
    const renumbered = new Int32Array(answers.length + 1);
    this.#numberOf.clear();
    this.#endedSinceCleanup = 0;
    for (let entry = 1; entry < this.#numbers.length; entry++) {
      const number = this.#numbers[entry];
      if (number === 0) continue;
      const answer = answers[number - 1];
      if (renumbered[number] === 0) {
        renumbered[number] = this.#answers.push(answer) - 1;
        this.#numberOf.set(keyOf(answer), renumbered[number]);
      }
      this.#numbers[entry] = renumbered[number];
    }
  }
}

/** Distinct for distinct names: parts that may contain any character come last, or are preceded by their length. */
function keyOf(names: HandshakeNames): string {
  const { serverName, nameSource, alpn, hasEncryptedHello, userAgentProcess, userAgent, rfbVersion } = names;
  let key = `${nameSource} ${hasEncryptedHello} ${rfbVersion} ${alpn.length}`;
  for (const protocol of alpn) key += ` ${protocol.length} ${protocol}`;
  for (const name of names.certificateNames) key += ` certificate ${name.length} ${name}`;
  if (userAgentProcess !== null) key += ` agent ${userAgentProcess.length} ${userAgentProcess}`;
  if (userAgent !== null) key += ` system ${userAgent.length} ${userAgent}`;
  return serverName === null ? key : `${key} name ${serverName}`;
}
