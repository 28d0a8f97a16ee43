/**
 * Finds the flow of later fragments: only the first one contains the ports. Remembers a fixed number of datagrams; a
 * later fragment that overtook its first one waits here for it. Rarely needed, so created on first use.
 */

import { readInt32 } from "../net/byte-reads.ts";
import { NO_TIME } from "../net/moment.ts";
import type { DecodedPacket } from "../packets/decode/decoded-packet.ts";
import { ROW_WORDS } from "../packets/kernel/layout.ts";
import type { PacketBatch } from "./packet-batch.ts";

/**
 * Datagrams remembered: sets of `WAYS`, found by hash; a full set forgets its oldest. Unlike that of flows, the hash is
 * the same in every run, because which datagram is forgotten affects the counts. An attacker who makes datagrams
 * collide gains no more than by a flood of others: they replace each other, and a lookup costs the same.
 */
const SETS = 1024;
const WAYS = 8;
/** 2^32 divided by the golden ratio: spreads neighbouring numbers (Knuth, TAOCP 3, 6.4). */
const HASH_MULTIPLIER = 0x9e3779b1;
/** Maximum waiting later fragments, over all datagrams. */
const WAITING_CAPACITY = 4096;
/** Seconds after which a datagram is given up (RFC 8200, 4.5; RFC 1122, 3.3.2 has 60 to 120 for IPv4). */
const REASSEMBLY_SECONDS = 60;

/**
 * Words of an entry: the datagram's identity, when it was last seen (in seconds, and as the ordinal of the fragment,
 * since thousands may share a second), its state, and the row of its first fragment.
 */
const ENTRY_WORDS = 32;
const IDENTITY_WORDS = 11;
const TIME = 11;
const ORDINAL = 12;
const STATE = 13;
const ROW = 16;
const EMPTY = 0;
const WAITS_FOR_FIRST = 1;
const HAS_FIRST = 2;

export class FragmentTable {
  readonly #entries = new Int32Array(SETS * WAYS * ENTRY_WORDS);
  readonly #identity = new Int32Array(IDENTITY_WORDS);
  /** A ring of early fragments: the entry each waits at (+ 1; 0: none), and the packet's figures. */
  readonly #waitingAt = new Int32Array(WAITING_CAPACITY);
  readonly #waitingLength = new Float64Array(WAITING_CAPACITY);
  readonly #waitingSeconds = new Uint32Array(WAITING_CAPACITY);
  readonly #waitingNanoseconds = new Uint32Array(WAITING_CAPACITY);
  readonly #waitingNumber = new Float64Array(WAITING_CAPACITY);
  #waitingNext = 0;
  #ordinal = 0;

  /**
   * Remembers a first fragment, whose row is the last one of `batch`. Returns its entry if earlier fragments wait
   * there, else -1.
   */
  addFirst(bytes: Uint8Array, packet: DecodedPacket, batch: PacketBatch, seconds: number): number {
    const entry = this.#entryOf(bytes, packet, seconds);
    const entries = this.#entries;
    const hadWaiting = entries[entry + STATE] === WAITS_FOR_FIRST;
    const row = (batch.count - 1) * ROW_WORDS;
    for (let i = 0; i < ROW_WORDS; i++) entries[entry + ROW + i] = batch.words[row + i];
    entries[entry + STATE] = HAS_FIRST;
    return hadWaiting ? entry : -1;
  }

  /**
   * Adds a later fragment, record `number`, to `batch` (which must not be full) under the flow of its first one.
   * Returns whether that was known; if not, the fragment waits.
   */
  addLater(
    bytes: Uint8Array,
    packet: DecodedPacket,
    batch: PacketBatch,
    length: number,
    seconds: number,
    nanoseconds: number,
    number: number,
  ): boolean {
    const entry = this.#entryOf(bytes, packet, seconds);
    if (this.#entries[entry + STATE] === HAS_FIRST) {
      batch.appendFragment(this.#entries, entry + ROW, length, seconds, nanoseconds);
      batch.recordNumbers[batch.count - 1] = number;
      return true;
    }
    this.#entries[entry + STATE] = WAITS_FOR_FIRST;
    const index = this.#waitingNext;
    this.#waitingNext = (index + 1) % WAITING_CAPACITY;
    this.#waitingAt[index] = entry + 1;
    this.#waitingLength[index] = length;
    this.#waitingSeconds[index] = seconds;
    this.#waitingNanoseconds[index] = nanoseconds;
    this.#waitingNumber[index] = number;
    return false;
  }

  /**
   * Moves one fragment waiting at an entry, whose first fragment has arrived, to `batch` (not full). Returns its length
   * in bytes, or -1 if no more wait.
   */
  takeWaiting(entry: number, batch: PacketBatch): number {
    for (let index = 0; index < WAITING_CAPACITY; index++) {
      if (this.#waitingAt[index] !== entry + 1) continue;
      this.#waitingAt[index] = 0;
      const length = this.#waitingLength[index];
      batch.appendFragment(
        this.#entries,
        entry + ROW,
        length,
        this.#waitingSeconds[index],
        this.#waitingNanoseconds[index],
      );
      batch.recordNumbers[batch.count - 1] = this.#waitingNumber[index];
      return length;
    }
    return -1;
  }

  /**
   * Returns the entry of the packet's datagram: its own, or a new one replacing the last datagram of the same identity,
   * else the oldest in its set.
   */
  #entryOf(bytes: Uint8Array, packet: DecodedPacket, seconds: number): number {
    this.#readIdentity(bytes, packet);
    const base = this.#setOfIdentity() * WAYS * ENTRY_WORDS;
    this.#ordinal++;
    let chosen = base;
    let oldest = Number.POSITIVE_INFINITY;
    for (let way = 0; way < WAYS; way++) {
      const entry = base + way * ENTRY_WORDS;
      const ordinal = this.#entries[entry + STATE] === EMPTY ? -1 : this.#entries[entry + ORDINAL] >>> 0;
      if (ordinal >= 0 && this.#isSame(entry)) {
        if (isNear(this.#entries[entry + TIME] >>> 0, seconds)) {
          this.#entries[entry + TIME] = seconds;
          this.#entries[entry + ORDINAL] = this.#ordinal;
          return entry;
        }
        // Identifications are reused eventually: this is another datagram.
        chosen = entry;
        break;
      }
      if (ordinal < oldest) {
        oldest = ordinal;
        chosen = entry;
      }
    }
    this.#dropWaiting(chosen);
    this.#entries.set(this.#identity, chosen);
    this.#entries[chosen + TIME] = seconds;
    this.#entries[chosen + ORDINAL] = this.#ordinal;
    this.#entries[chosen + STATE] = EMPTY;
    return chosen;
  }

  #readIdentity(bytes: Uint8Array, packet: DecodedPacket): void {
    const identity = this.#identity;
    const source = packet.fragmentSourceOffset;
    const destination = packet.fragmentDestinationOffset;
    const isIpv4 = packet.fragmentIpVersion === 4;
    for (let i = 0; i < 4; i++) {
      // Only the last word of an IPv4 address is stored, where the last word of IPv6 is.
      const isUsed = !isIpv4 || i === 3;
      const offset = isIpv4 ? 0 : i * 4;
      identity[i] = isUsed ? readInt32(bytes, source + offset) : 0;
      identity[4 + i] = isUsed ? readInt32(bytes, destination + offset) : 0;
    }
    identity[8] = packet.fragmentId;
    identity[9] = packet.fragmentProtocol;
    identity[10] = packet.fragmentIpVersion;
  }

  #setOfIdentity(): number {
    let hash = 0;
    for (let i = 0; i < IDENTITY_WORDS; i++) {
      hash = Math.imul(hash ^ this.#identity[i], HASH_MULTIPLIER);
      hash ^= hash >>> 15;
    }
    return hash & (SETS - 1);
  }

  #isSame(entry: number): boolean {
    for (let i = 0; i < IDENTITY_WORDS; i++) {
      if (this.#entries[entry + i] !== this.#identity[i]) return false;
    }
    return true;
  }

  #dropWaiting(entry: number): void {
    if (this.#entries[entry + STATE] !== WAITS_FOR_FIRST) return;
    for (let i = 0; i < WAITING_CAPACITY; i++) if (this.#waitingAt[i] === entry + 1) this.#waitingAt[i] = 0;
  }
}

/** Whether fragments of these seconds may belong to one datagram. Those without a time may belong to any. */
function isNear(a: number, b: number): boolean {
  return a === NO_TIME || b === NO_TIME || Math.abs(a - b) <= REASSEMBLY_SECONDS;
}
