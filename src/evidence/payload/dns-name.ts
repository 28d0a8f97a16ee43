/**
 * Domain names in DNS messages (RFC 1035, 3.1 and 4.1.4): labels with their lengths, where a pointer to an earlier name may
 * replace the end.
 *
 *   | length 0-63 | bytes |  ...  | 0 |         a name of its own
 *   | length 0-63 | bytes |  ...  | 11, 14 bits: where in the message the rest stands |
 *
 * A pointer must refer to bytes before the name that contains it, and the referenced part must end before that name: loops
 * are impossible.
 */

import { addToHash, knownText } from "./known-texts.ts";
import { decodeText } from "./name-text.ts";

/** Length of the header of a message, which contains no names. */
export const DNS_HEADER_LENGTH = 12;

const MAX_LABEL_LENGTH = 63;
/** Labels including their length bytes and the root (RFC 1035, 2.3.4). */
const MAX_NAME_LENGTH = 255;
const POINTER = 0xc0;
const POINTER_HIGH_BITS = 0x3f;
const POINTER_LENGTH = 2;
/** Real names need one or two. */
const MAX_JUMPS = 64;

const DOT = 0x2e;
/** A byte that never occurs in UTF-8, so it is decoded as U+FFFD. */
const INVALID = 0xff;

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** The name being read, in lower case: shared by all readers, as none stops in the middle of a name. */
const codes = Buffer.alloc(MAX_NAME_LENGTH);
/** Reads the names of one message in sequence; the message is borrowed until `begin` is called again. */
export class DnsNameReader {
  #bytes = NO_BYTES;
  #start = 0;
  /** Most names are a pointer to the previous one: that of the question, or of the alias that a record answers for. */
  #lastPointer = -1;
  #lastName = "";
  #lastLabelOffset = 0;
  /** Offset after the name that was read last. */
  next = 0;
  /** Offset of the first label of that name: its length, then its bytes. The root has a first label of length 0. */
  labelOffset = 0;
  /** Whether an unreadable name may only lack its end: the message may have been truncated there. */
  isCut = false;

  /** `start` is the offset in `bytes` where the message begins. */
  constructor(bytes: Uint8Array = NO_BYTES, start = 0) {
    this.begin(bytes, start);
  }

  /** Switches to another message. */
  begin(bytes: Uint8Array, start: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#lastPointer = -1;
  }

  /**
   * Returns the name at `offset`: ASCII letters in lower case, labels joined by dots, without a trailing dot ("" is the
   * root). A dot within a label and invalid UTF-8 become U+FFFD, so a label cannot pass for two. At most 253 characters. Null
   * if it is malformed or reaches `end`; `isCut` distinguishes the two.
   */
  read(offset: number, end: number): string | null {
    const bytes = this.#bytes;
    this.isCut = false;
    let at = offset;
    let runStart = offset;
    let limit = end;
    let length = 1;
    let jumps = 0;
    let isAscii = true;
    let count = 0;
    let hash = 0;
    for (;;) {
      if (at >= limit) return this.#fail(jumps === 0);
      const first = bytes[at];
      if (first === 0) break;
      if (first <= MAX_LABEL_LENGTH) {
        length += 1 + first;
        if (length > MAX_NAME_LENGTH) return this.#fail(false);
        if (limit - at <= first) return this.#fail(jumps === 0);
        if (count > 0) codes[count++] = DOT;
        else this.labelOffset = at;
        for (let i = at + 1; i <= at + first; i++) {
          const code = lowerCode(bytes[i]);
          if (code > 0x7f) isAscii = false;
          codes[count++] = code;
          hash = addToHash(hash, code);
        }
        at += 1 + first;
        continue;
      }
      if (first < POINTER) return this.#fail(false);
      if (limit - at < POINTER_LENGTH) return this.#fail(jumps === 0);
      const target = this.#start + (((first & POINTER_HIGH_BITS) << 8) | bytes[at + 1]);
      if (target >= runStart || target < this.#start + DNS_HEADER_LENGTH) return this.#fail(false);
      if (++jumps > MAX_JUMPS) return this.#fail(false);
      if (jumps === 1) this.next = at + POINTER_LENGTH;
      if (target === this.#lastPointer && count === 0) {
        this.labelOffset = this.#lastLabelOffset;
        return this.#lastName;
      }
      limit = runStart;
      at = target;
      runStart = target;
    }
    if (jumps === 0) this.next = at + 1;
    if (count === 0) this.labelOffset = at;
    const name = isAscii ? knownText(codes, 0, count, hash) : decodeText(codes, 0, count);
    this.#remember(offset, name);
    return name;
  }

  #remember(offset: number, name: string): void {
    const first = this.#bytes[offset];
    this.#lastName = name;
    this.#lastLabelOffset = this.labelOffset;
    this.#lastPointer =
      first < POINTER ? offset : this.#start + (((first & POINTER_HIGH_BITS) << 8) | this.#bytes[offset + 1]);
  }

  #fail(isCut: boolean): null {
    this.isCut = isCut;
    return null;
  }
}

/**
 * Returns the label at `offset` as sent: that of an instance is its friendly name (RFC 6763, 4.1.1). The caller has checked
 * that it is a complete label. `bytes` is borrowed for the call.
 */
export function readLabel(bytes: Uint8Array, offset: number): string {
  return decodeText(bytes, offset + 1, offset + 1 + bytes[offset]);
}

function lowerCode(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20;
  return byte === DOT ? INVALID : byte;
}
