/**
 * What others see of a packet on its way to the flow table: a view that is moved from row to row of the batch, so borrowed
 * wherever it is given. The key of its flow is in canonical order; `side` says which side of the flow has sent it.
 */

import { type AddressKey, ipv4Key, ipv6Key } from "../net/address-key.ts";
import { readUint32 } from "../net/byte-reads.ts";
import { TCP_SYN } from "../net/tcp-flags.ts";
import type { Kernel } from "../packets/kernel/kernel.ts";
import {
  HOPS_NONE,
  HOPS_SOME,
  HOPS_UNKNOWN,
  KIND_IPV6,
  KIND_UDP,
  META_BYTE_MASK,
  META_FROM_B,
  META_RECEIVER_SHIFT,
  META_SENDER_SHIFT,
  META_TCP_FLAGS_SHIFT,
  ROW_ADDRESS_A,
  ROW_ADDRESS_B,
  ROW_LENGTH,
  ROW_META,
  ROW_PAYLOAD,
  ROW_PAYLOAD_END,
  ROW_PORTS,
  ROW_TRANSPORT,
  ROW_WORDS,
} from "../packets/kernel/layout.ts";
import { Side, Transport } from "./flow-view.ts";
import { isOpening } from "./tcp-state.ts";

/** What the hop limit of a packet says of how far it came: nothing, sent on this link, passed a router. */
export const Hops = { UNKNOWN: HOPS_UNKNOWN, NONE: HOPS_NONE, SOME: HOPS_SOME } as const;

/** Offsets in the TCP header (RFC 9293, 3.1). */
const SEQUENCE_OFFSET = 4;
const ACKNOWLEDGMENT_OFFSET = 8;

export class PacketRow {
  /** Which row is seen; set by the batch. */
  index = 0;
  /** The bytes that the offsets are of: the packet stands in them, and much else. */
  readonly bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #seconds: Uint32Array;
  readonly #nanoseconds: Uint32Array;
  readonly #numbers: Readonly<Float64Array>;

  /** A view of the kernel's rows (`packets/kernel/layout.ts` has their shape), and of the numbers of their records. */
  constructor({ buffer, rows, rowSeconds, rowNanoseconds }: Kernel, numbers: Readonly<Float64Array>) {
    this.bytes = buffer;
    this.#words = rows;
    this.#seconds = rowSeconds;
    this.#nanoseconds = rowNanoseconds;
    this.#numbers = numbers;
  }

  /**
   * Which record it is, counted from 0 over all that a session counts; only where packets are watched. A later fragment that
   * overtook its first one comes behind it, and so behind records with greater numbers.
   */
  get recordNumber(): number {
    return this.#numbers[this.index];
  }

  /** `Transport`. */
  get transport(): 0 | 1 {
    return (this.#meta() & KIND_UDP) === 0 ? Transport.TCP : Transport.UDP;
  }

  /** The side (`Side`) of the flow that sent the packet. */
  get side(): 0 | 1 {
    return (this.#meta() & META_FROM_B) === 0 ? Side.A : Side.B;
  }

  /** The port of a side (`Side`). */
  port(side: number): number {
    const ports = this.#words[this.index * ROW_WORDS + ROW_PORTS];
    return side === Side.A ? ports >>> 16 : ports & 0xffff;
  }

  /** The address of a side as a key. */
  addressKey(side: number): AddressKey {
    const words = this.#words;
    const at = this.index * ROW_WORDS + (side === Side.A ? ROW_ADDRESS_A : ROW_ADDRESS_B);
    if ((this.#meta() & KIND_IPV6) === 0) return ipv4Key(words[at]);
    return ipv6Key(words[at], words[at + 1], words[at + 2], words[at + 3]);
  }

  /** The last 32 bits of the address of a side, signed. */
  lastAddressWord(side: number): number {
    const at = this.index * ROW_WORDS + (side === Side.A ? ROW_ADDRESS_A : ROW_ADDRESS_B);
    return this.#words[(this.#meta() & KIND_IPV6) === 0 ? at : at + 3];
  }

  /** Bytes on the wire. */
  get length(): number {
    return this.#words[this.index * ROW_WORDS + ROW_LENGTH] >>> 0;
  }

  /** Seconds since 1970, or `NO_TIME`. */
  get seconds(): number {
    return this.#seconds[this.index];
  }

  /** Nanoseconds of that second. */
  get nanoseconds(): number {
    return this.#nanoseconds[this.index];
  }

  /** The flags byte of TCP (`net/tcp-flags.ts`); 0 for UDP, for later fragments, and where it was not captured. */
  get tcpFlags(): number {
    return (this.#meta() >>> META_TCP_FLAGS_SHIFT) & META_BYTE_MASK;
  }

  /** Where in `bytes` the hardware address of the sender (`end` 0) or receiver (1) on this link begins; -1: none is known. */
  hardwareOffset(end: number): number {
    const shift = end === 0 ? META_SENDER_SHIFT : META_RECEIVER_SHIFT;
    const distance = (this.#meta() >>> shift) & META_BYTE_MASK;
    return distance === 0 ? -1 : this.transportOffset - distance;
  }

  /** Whether it has a SYN, with ACK or without. */
  get hasSyn(): boolean {
    return (this.tcpFlags & TCP_SYN) !== 0;
  }

  /** Whether it opens a new connection: SYN without ACK. */
  get isOpening(): boolean {
    return isOpening(this.tcpFlags);
  }

  /** Where the transport header begins in `bytes`. */
  get transportOffset(): number {
    return this.#words[this.index * ROW_WORDS + ROW_TRANSPORT];
  }

  /** The sequence number of TCP, 32 bits without a sign; anything where the header was cut before it. */
  get sequence(): number {
    return readUint32(this.bytes, this.transportOffset + SEQUENCE_OFFSET);
  }

  /** The acknowledgment number of TCP, 32 bits without a sign; anything where the header was cut before it. */
  get acknowledgment(): number {
    return readUint32(this.bytes, this.transportOffset + ACKNOWLEDGMENT_OFFSET);
  }

  /** Where the payload begins in `bytes`, as far as it was captured. */
  get payloadOffset(): number {
    return this.#words[this.index * ROW_WORDS + ROW_PAYLOAD];
  }

  /** Where it ends: the first byte behind it. */
  get payloadEnd(): number {
    return this.#words[this.index * ROW_WORDS + ROW_PAYLOAD_END];
  }

  get hasPayload(): boolean {
    return this.payloadOffset < this.payloadEnd;
  }

  /** Kind of the flow and `META_...` bits. A method for the same reason as the state of `FlowView`. */
  #meta(): number {
    return this.#words[this.index * ROW_WORDS + ROW_META];
  }
}
