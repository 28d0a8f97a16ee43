/** A read-only view of flow entries that moves from entry to entry, so it is borrowed wherever it is passed. */

import { type AddressKey, ipv4Key, ipv6Key } from "../net/address-key.ts";
import { formatIpv4, formatIpv6, isIpv4Group, isIpv6Group } from "../net/addresses.ts";
import type { Kernel } from "../packets/kernel/kernel.ts";
import {
  ENTRY_ADDRESS_A,
  ENTRY_ADDRESS_B,
  ENTRY_BYTES,
  ENTRY_DOUBLES,
  ENTRY_FIRST_NANOSECONDS,
  ENTRY_FIRST_SECONDS,
  ENTRY_LAST_NANOSECONDS,
  ENTRY_LAST_SECONDS,
  ENTRY_PACKETS,
  ENTRY_PORTS,
  ENTRY_STATE,
  ENTRY_WORDS,
  FLOW_BROADCAST_FROM_A,
  FLOW_BROADCAST_FROM_B,
  FLOW_OBSERVED,
  FLOW_REFUSED,
  KIND_IPV6,
  KIND_UDP,
  WIDE_WORDS,
} from "../packets/kernel/layout.ts";
import { type TcpState, tcpStateOf } from "./tcp-state.ts";

/** Transports as small numbers: indexes of per-transport tables. */
export const Transport = { TCP: 0, UDP: 1 } as const;

/** The two sides of a flow: A is the one with the smaller (address, port), whichever sent first. */
export const Side = { A: 0, B: 1 } as const;

/** The kernel's memory that holds the entries. */
type EntryMemory = Pick<Kernel, "entryWords" | "entryDoubles" | "wide" | "orient">;

export class FlowView {
  /** The entry in view; set by the flow table. */
  entry = 0;
  readonly #memory: EntryMemory;

  /** A view of entries; `packets/kernel/layout.ts` defines their layout. */
  constructor(memory: EntryMemory) {
    this.#memory = memory;
  }

  /** `Transport`. */
  get transport(): 0 | 1 {
    return (this.#state() & KIND_UDP) === 0 ? Transport.TCP : Transport.UDP;
  }

  get isIpv6(): boolean {
    return (this.#state() & KIND_IPV6) !== 0;
  }

  /** Progress of the TCP connection, as far as seen. */
  get tcpState(): TcpState {
    return tcpStateOf(this.#state());
  }

  /** Whether the responder answered with RST before anything else. */
  get isRefused(): boolean {
    return (this.#state() & FLOW_REFUSED) !== 0;
  }

  /** Whether more of its payload is awaited before it is classified. */
  get isObserved(): boolean {
    return (this.#state() & FLOW_OBSERVED) !== 0;
  }

  /** The port of a side (`Side`). */
  port(side: number): number {
    const ports = this.#memory.entryWords[this.entry * ENTRY_WORDS + ENTRY_PORTS];
    return side === Side.A ? ports >>> 16 : ports & 0xffff;
  }

  /** Packets that a side sent. */
  packets(side: number): number {
    return this.#memory.entryDoubles[this.entry * ENTRY_DOUBLES + ENTRY_PACKETS + side];
  }

  /** Bytes on the wire that a side sent. */
  bytes(side: number): number {
    return this.#memory.entryDoubles[this.entry * ENTRY_DOUBLES + ENTRY_BYTES + side];
  }

  get firstSeconds(): number {
    return this.#memory.entryWords[this.entry * ENTRY_WORDS + ENTRY_FIRST_SECONDS] >>> 0;
  }

  get firstNanoseconds(): number {
    return this.#memory.entryWords[this.entry * ENTRY_WORDS + ENTRY_FIRST_NANOSECONDS] >>> 0;
  }

  get lastSeconds(): number {
    return this.#memory.entryWords[this.entry * ENTRY_WORDS + ENTRY_LAST_SECONDS] >>> 0;
  }

  get lastNanoseconds(): number {
    return this.#memory.entryWords[this.entry * ENTRY_WORDS + ENTRY_LAST_NANOSECONDS] >>> 0;
  }

  /** Which side is the service, and which one is the originator; decoded by `orientation.ts`. */
  get oriented(): number {
    return this.#memory.orient(this.entry);
  }

  /** Whether a side is a multicast or broadcast address, or received a link-layer broadcast. */
  isGroup(side: number): boolean {
    const broadcast = side === Side.A ? FLOW_BROADCAST_FROM_B : FLOW_BROADCAST_FROM_A;
    if ((this.#state() & broadcast) !== 0) return true;
    if (this.isIpv6) return isIpv6Group(this.#memory.wide[this.#wideOffset(side)]);
    return isIpv4Group(this.#memory.entryWords[this.entry * ENTRY_WORDS + ENTRY_ADDRESS_A + side]);
  }

  /** Returns word `index` of a side's address: 0 for IPv4, 0 to 3 for IPv6. */
  addressWord(side: number, index: number): number {
    if (this.isIpv6) return this.#memory.wide[this.#wideOffset(side) + index];
    return this.#memory.entryWords[this.entry * ENTRY_WORDS + ENTRY_ADDRESS_A + side];
  }

  /** Returns the address of a side as a key. */
  addressKey(side: number): AddressKey {
    const words = this.#addressWords(side);
    return words.length === 1 ? ipv4Key(words[0]) : ipv6Key(words[0], words[1], words[2], words[3]);
  }

  /** Returns the address of a side in network byte order: 4 or 16 bytes, owned by the caller. */
  addressBytes(side: number): Uint8Array {
    const words = this.#addressWords(side);
    const bytes = new Uint8Array(words.length * 4);
    const view = new DataView(bytes.buffer);
    for (const [i, word] of words.entries()) view.setInt32(i * 4, word);
    return bytes;
  }

  /** Returns the address of a side as text. */
  address(side: number): string {
    const words = this.#addressWords(side);
    return words.length === 1 ? formatIpv4(words[0]) : formatIpv6(words[0], words[1], words[2], words[3]);
  }

  /** Kind and `FLOW_...` bits. A method, since a private getter takes V8 eight times as long (Node 20). */
  #state(): number {
    return this.#memory.entryWords[this.entry * ENTRY_WORDS + ENTRY_STATE];
  }

  #addressWords(side: number): number[] {
    const { entryWords, wide } = this.#memory;
    if (!this.isIpv6) return [entryWords[this.entry * ENTRY_WORDS + ENTRY_ADDRESS_A + side]];
    const offset = this.#wideOffset(side);
    return [wide[offset], wide[offset + 1], wide[offset + 2], wide[offset + 3]];
  }

  /** Returns the offset of the first word of a side's IPv6 address. */
  #wideOffset(side: number): number {
    const wideEntry = this.#memory.entryWords[this.entry * ENTRY_WORDS + ENTRY_ADDRESS_B];
    return wideEntry * WIDE_WORDS + side * (WIDE_WORDS / 2);
  }
}
