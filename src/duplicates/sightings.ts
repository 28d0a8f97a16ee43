/**
 * A bounded table of recent packets, each with the points at which it was seen. A packet that reappears at another
 * point within 50 ms, or at the same one within 100 µs, is the same packet; so is one that reappears at another point
 * with only its addresses changed: it has passed a NAT (docs/contract.md, "Repeated packets").
 */
import { type Fingerprint, FingerprintKind } from "./fingerprint.ts";

/** Relation of a packet to those seen before it. */
export const Sighting = { FIRST: 0, AGAIN: 1, TRANSLATED: 2 } as const;

/** Maximum nanoseconds between sightings of one packet. */
const MAX_ELSEWHERE_NANOSECONDS = 50_000_000;
const MAX_REPEAT_NANOSECONDS = 100_000;

/**
 * 300,000 packets a second are 15,000 in 50 ms. With 65,536 slots in buckets of 8, a bucket holds fewer than two on
 * average; one packet in some thousands finds its bucket full and is not remembered. Replacing the oldest entry instead
 * would make that entry's copy replace the next one, and so on.
 */
const WAYS = 8;
const BUCKETS = 8192;

/** Words of an entry: one cache line. Its times are 64-bit numbers. */
const ENTRY_WORDS = 16;
const REST = 0;
const REST_LENGTH = 1;
const FIRST = 2;
const SECOND = 3;
const SOURCE = 4;
const DESTINATION = 5;
const PORTS = 6;
/** 8 bits each of hop limit and protocol, 2 of kind, 1 each of translatable and left out; the point above them. */
const META = 7;
/** In 64-bit words: times of the first sighting, of the last one at the same point, of the last one elsewhere. */
const TIME = 4;
const LAST_HERE = 5;
const LAST_ELSEWHERE = 6;
/** Bits of the points that have seen it. */
const SEEN_LOW = 14;
const SEEN_HIGH = 15;

const PROTOCOL_SHIFT = 8;
const KIND_SHIFT = 16;
const KIND_MASK = 3;
const TRANSLATABLE = 1 << 18;
const OMITTED = 1 << 19;
const POINT_SHIFT = 20;

/** Mask of the first word of an IPv4 header: all but the type of service, which a gateway may set. */
const NOT_SERVICE = 0xff00ffff | 0;
/** Mask of the second word: the identification. */
const IDENTIFICATION = 0xffff0000 | 0;

export class Sightings {
  readonly #keys = new Int32Array(BUCKETS * WAYS);
  readonly #words = new Int32Array(BUCKETS * WAYS * ENTRY_WORDS);
  readonly #times = new Float64Array(this.#words.buffer);
  /** `Sighting` of the packet that `find` found. */
  kind = 0;
  /** Whether the packet that `find` found had been seen at the same point. */
  wasSeenHere = false;

  /**
   * Returns the slot of the packet that equals this one (`kind` says how), at `time` (nanoseconds) and `point`; -1 for
   * none. Of several the earliest, and one with the same addresses before a translated one. Marks it as seen at this
   * point.
   */
  find(fingerprint: Fingerprint, time: number, point: number): number {
    const bucket = (fingerprint.key & (BUCKETS - 1)) * WAYS;
    let found = -1;
    for (let slot = bucket; slot < bucket + WAYS; slot++) {
      if (this.#keys[slot] !== fingerprint.key) continue;
      const kind = this.#compare(fingerprint, slot, time, point);
      if (kind === Sighting.FIRST) continue;
      const isEarlier = found < 0 || this.#timeOf(slot, TIME) < this.#timeOf(found, TIME);
      if (found >= 0 && (kind === this.kind ? !isEarlier : kind === Sighting.TRANSLATED)) continue;
      found = slot;
      this.kind = kind;
      this.wasSeenHere = this.#wasSeenAt(slot * ENTRY_WORDS, point);
    }
    if (found >= 0) this.#markSeen(found, time, point);
    return found;
  }

  /** Adds a packet that was not found, replacing one too old to be found. Returns its slot, or -1 if the bucket is full. */
  add(fingerprint: Fingerprint, time: number, point: number): number {
    const bucket = (fingerprint.key & (BUCKETS - 1)) * WAYS;
    let slot = bucket;
    for (let i = bucket; i < bucket + WAYS; i++) {
      if (this.#isEmpty(i)) {
        slot = i;
        break;
      }
      if (this.#timeOf(i, TIME) < this.#timeOf(slot, TIME)) slot = i;
    }
    // Of packets with equal content, which network tests send, the most recent are likelier to reappear.
    const hasSameContent = this.#keys[slot] === fingerprint.key;
    if (
      !hasSameContent &&
      !this.#isEmpty(slot) &&
      Math.abs(time - this.#timeOf(slot, TIME)) <= MAX_ELSEWHERE_NANOSECONDS
    )
      return -1;
    this.#keys[slot] = fingerprint.key;
    const words = this.#words;
    const at = slot * ENTRY_WORDS;
    words[at + REST] = fingerprint.rest;
    words[at + REST_LENGTH] = fingerprint.restLength;
    words[at + FIRST] = fingerprint.first;
    words[at + SECOND] = fingerprint.second;
    words[at + SOURCE] = fingerprint.source;
    words[at + DESTINATION] = fingerprint.destination;
    words[at + PORTS] = fingerprint.ports;
    words[at + META] =
      fingerprint.hopLimit |
      (fingerprint.protocol << PROTOCOL_SHIFT) |
      (fingerprint.kind << KIND_SHIFT) |
      (fingerprint.isTranslatable ? TRANSLATABLE : 0) |
      (point << POINT_SHIFT);
    words[at + SEEN_LOW] = 0;
    words[at + SEEN_HIGH] = 0;
    words[at + seenWord(point)] = 1 << (point & 31);
    this.#times[at / 2 + TIME] = time;
    this.#times[at / 2 + LAST_HERE] = time;
    this.#times[at / 2 + LAST_ELSEWHERE] = time;
    return slot;
  }

  /** Whether no sighting of the packet in a slot has been counted. */
  isOmitted(slot: number): boolean {
    return (this.#words[slot * ENTRY_WORDS + META] & OMITTED) !== 0;
  }

  setOmitted(slot: number, isOmitted: boolean): void {
    const at = slot * ENTRY_WORDS + META;
    this.#words[at] = isOmitted ? this.#words[at] | OMITTED : this.#words[at] & ~OMITTED;
  }

  /** Returns the identity of the flow of a slot's packet; may be passed to `Translations`. */
  flowOf(slot: number): FlowEnds {
    const at = slot * ENTRY_WORDS;
    const words = this.#words;
    return {
      kind: (words[at + META] >>> KIND_SHIFT) & KIND_MASK,
      protocol: (words[at + META] >>> PROTOCOL_SHIFT) & 0xff,
      source: words[at + SOURCE],
      destination: words[at + DESTINATION],
      ports: words[at + PORTS],
    };
  }

  #compare(fingerprint: Fingerprint, slot: number, time: number, point: number): number {
    const words = this.#words;
    const at = slot * ENTRY_WORDS;
    // If the other capture truncated the packet at another length, only its beginning can be compared.
    const isSameLength = words[at + REST_LENGTH] === fingerprint.restLength;
    if (isSameLength && words[at + REST] !== fingerprint.rest) return Sighting.FIRST;
    if (((words[at + META] >>> KIND_SHIFT) & KIND_MASK) === fingerprint.kind) {
      if (this.#isSame(fingerprint, at)) {
        return this.#isInTime(fingerprint, slot, time, point) ? Sighting.AGAIN : Sighting.FIRST;
      }
    }
    if (!fingerprint.isTranslatable || (words[at + META] & TRANSLATABLE) === 0) return Sighting.FIRST;
    const isElsewhere =
      !this.#wasSeenAt(at, point) && Math.abs(time - this.#timeOf(slot, TIME)) <= MAX_ELSEWHERE_NANOSECONDS;
    return isElsewhere && this.#isTranslation(fingerprint, at, isSameLength)
      ? Sighting.TRANSLATED
      : Sighting.FIRST;
  }

  #isSame(fingerprint: Fingerprint, at: number): boolean {
    const words = this.#words;
    return (
      words[at + FIRST] === fingerprint.first &&
      words[at + SECOND] === fingerprint.second &&
      words[at + SOURCE] === fingerprint.source &&
      words[at + DESTINATION] === fingerprint.destination &&
      words[at + PORTS] === fingerprint.ports
    );
  }

  #isInTime(fingerprint: Fingerprint, slot: number, time: number, point: number): boolean {
    const at = slot * ENTRY_WORDS;
    if (!this.#wasSeenAt(at, point))
      return Math.abs(time - this.#timeOf(slot, TIME)) <= MAX_ELSEWHERE_NANOSECONDS;
    const last = point === this.#words[at + META] >>> POINT_SHIFT ? LAST_HERE : LAST_ELSEWHERE;
    return fingerprint.mayRepeat && Math.abs(time - this.#timeOf(slot, last)) <= MAX_REPEAT_NANOSECONDS;
  }

  /** Whether a packet of the same content is the one in a slot with translated addresses: one of its ends is unchanged. */
  #isTranslation(fingerprint: Fingerprint, at: number, isSameLength: boolean): boolean {
    const words = this.#words;
    const ports = words[at + PORTS];
    if (((words[at + META] >>> KIND_SHIFT) & KIND_MASK) !== fingerprint.kind) {
      // Between IP versions (RFC 6146) both addresses change.
      return isSameLength && ports === fingerprint.ports && ports !== 0;
    }
    const hasSameSource = words[at + SOURCE] === fingerprint.source;
    if (hasSameSource === (words[at + DESTINATION] === fingerprint.destination)) return false;
    // The port may have changed with the address.
    const port = hasSameSource ? ports >>> 16 : ports & 0xffff;
    if (port !== (hasSameSource ? fingerprint.ports >>> 16 : fingerprint.ports & 0xffff)) return false;
    const hasPassedRouter = (words[at + META] & 0xff) !== fingerprint.hopLimit;
    const isSecondSame = words[at + SECOND] === fingerprint.second;
    if (fingerprint.kind === FingerprintKind.IPV6) return hasPassedRouter && isSecondSame;
    // Without an identification, a sender's packets to several hosts may be equal.
    const isDistinguishable = hasPassedRouter || (fingerprint.second & IDENTIFICATION) !== 0;
    return isDistinguishable && isSecondSame && ((words[at + FIRST] ^ fingerprint.first) & NOT_SERVICE) === 0;
  }

  #markSeen(slot: number, time: number, point: number): void {
    const at = slot * ENTRY_WORDS;
    this.#words[at + seenWord(point)] |= 1 << (point & 31);
    const last = point === this.#words[at + META] >>> POINT_SHIFT ? LAST_HERE : LAST_ELSEWHERE;
    this.#times[at / 2 + last] = time;
  }

  #wasSeenAt(at: number, point: number): boolean {
    return (this.#words[at + seenWord(point)] & (1 << (point & 31))) !== 0;
  }

  #isEmpty(slot: number): boolean {
    return this.#words[slot * ENTRY_WORDS + META] === 0;
  }

  #timeOf(slot: number, field: number): number {
    return this.#times[(slot * ENTRY_WORDS) / 2 + field];
  }
}

/** The ends of a flow, as in its packets of either direction: see `Fingerprint`. */
export interface FlowEnds {
  readonly kind: number;
  readonly protocol: number;
  readonly source: number;
  readonly destination: number;
  readonly ports: number;
}

/** Each of 64 points has its own bit. */
function seenWord(point: number): number {
  return (point & 32) === 0 ? SEEN_LOW : SEEN_HIGH;
}
