/**
 * A read-only view of packets on their way to the flow table, which moves from row to row of the batch, so it is
 * borrowed wherever it is passed. The key of its flow is in canonical order; `side` is the sender's side of the flow.
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

/** Distance of the sender by a packet's hop limit: unknown, sent on this link, passed a router. */
export const Hops = { UNKNOWN: HOPS_UNKNOWN, NONE: HOPS_NONE, SOME: HOPS_SOME } as const;

/** Offsets in the TCP header (RFC 9293, 3.1). */
const SEQUENCE_OFFSET = 4;
const ACKNOWLEDGMENT_OFFSET = 8;

export class PacketRow {
  /** The row in view; set by the batch. */
  index = 0;
  /** The buffer that the offsets refer to; contains the packet, among others. */
  readonly bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #seconds: Uint32Array;
  readonly #nanoseconds: Uint32Array;
  readonly #recordNumbers: Readonly<Float64Array>;

  /** A view of the kernel's rows (`packets/kernel/layout.ts` defines their layout), and of their record numbers. */
  constructor({ buffer, rows, rowSeconds, rowNanoseconds }: Kernel, recordNumbers: Readonly<Float64Array>) {
    this.bytes = buffer;
    this.#words = rows;
    this.#seconds = rowSeconds;
    this.#nanoseconds = rowNanoseconds;
    this.#recordNumbers = recordNumbers;
  }

  /**
   * Record number, counted from 0 over the whole session; only if packets are observed. A later fragment that overtook
   * its first one comes after it, and so after records with greater numbers.
   */
  get recordNumber(): number {
    return this.#recordNumbers[this.index];
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

  /** Returns the last 32 bits of a side's address, signed. */
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

  /** The flags byte of TCP (`net/tcp-flags.ts`); 0 for UDP, for later fragments, and if it was not captured. */
  get tcpFlags(): number {
    return (this.#meta() >>> META_TCP_FLAGS_SHIFT) & META_BYTE_MASK;
  }

  /**
   * Returns the offset in `bytes` of the hardware address of the sender (`end` 0) or receiver (1) on this link; -1 if
   * unknown.
   */
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

  /** Offset of the transport header in `bytes`. */
  get transportOffset(): number {
    return this.#words[this.index * ROW_WORDS + ROW_TRANSPORT];
  }

  /** TCP sequence number, unsigned 32 bits; arbitrary if the header was truncated before it. */
  get sequence(): number {
    return readUint32(this.bytes, this.transportOffset + SEQUENCE_OFFSET);
  }

  /** TCP acknowledgment number, unsigned 32 bits; arbitrary if the header was truncated before it. */
  get acknowledgment(): number {
    return readUint32(this.bytes, this.transportOffset + ACKNOWLEDGMENT_OFFSET);
  }

  /** Offset of the captured payload in `bytes`. */
  get payloadOffset(): number {
    return this.#words[this.index * ROW_WORDS + ROW_PAYLOAD];
  }

  /** End of the captured payload, exclusive. */
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
