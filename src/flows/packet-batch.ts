/**
 * Packets on their way from the decoder to the flow table, as rows of one cache line each. With many flows the
 * cache misses of the table are the cost, and they overlap only where several packets are looked up together.
 */
import type { DecodedPacket } from "../decode/decoded-packet.ts";
import { readInt32 } from "../net/byte-reads.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import type { FlowHash } from "./flow-hash.ts";

/** Rows that are looked up together. */
export const BATCH_CAPACITY = 256;

/** Words of a row, and where they are. The flow's key is in canonical order: side A is the smaller (address, port). */
export const ROW_WORDS = 16;
export const Row = {
  HASH: 0,
  /** Port of A in the upper half, of B in the lower. */
  PORTS: 1,
  /** `KIND_...` of the flow, then the `META_...` bits of the packet. */
  META: 2,
  /** Bytes on the wire, unsigned. */
  LENGTH: 3,
  /** The address of A: one word for IPv4, four for IPv6; and that of B. */
  ADDRESS_A: 4,
  ADDRESS_B: 8,
  /** Where in the batch's bytes the payload begins and ends, and where the transport header begins. */
  PAYLOAD: 12,
  PAYLOAD_END: 13,
  TRANSPORT: 14,
  /** The process that the capture names for the packet, as the observer numbers it; 0: none. */
  PROCESS: 15,
} as const;

/** Bits of a flow's kind: part of its key. */
export const KIND_UDP = 1;
export const KIND_IPV6 = 2;
export const KIND_MASK = KIND_UDP | KIND_IPV6;
/** The packet came from B. */
export const META_FROM_B = 4;
export const META_FROM_B_SHIFT = 2;
/** The link layer sent it to everybody. */
export const META_BROADCAST = 8;
export const META_TCP_FLAGS_SHIFT = 8;

/** Rows of packets; filled by `append`, emptied by the flow table. */
export class PacketBatch {
  /** Where the rows' payload stands. Borrowed: a batch with rows must be emptied before the next block is read. */
  bytes: Uint8Array = new Uint8Array(0);
  /** `ROW_WORDS` words a row. */
  readonly words = new Int32Array(BATCH_CAPACITY * ROW_WORDS);
  /** Time of each row, as in `PacketBlock`. */
  readonly seconds = new Uint32Array(BATCH_CAPACITY);
  readonly nanoseconds = new Uint32Array(BATCH_CAPACITY);
  count = 0;
  readonly #hash: FlowHash;

  /** `hash` must be the flow table's own. */
  constructor(hash: FlowHash) {
    this.#hash = hash;
  }

  get isFull(): boolean {
    return this.count === BATCH_CAPACITY;
  }

  /**
   * Adds a packet of `bytes` whose ports are known, and the process that the capture names for it, or 0. The batch
   * must not be full.
   */
  append(packet: DecodedPacket, length: number, seconds: number, nanoseconds: number, process: number): void {
    const bytes = this.bytes;
    const index = this.count;
    const row = index * ROW_WORDS;
    const meta =
      (packet.tcpFlags << META_TCP_FLAGS_SHIFT) |
      (packet.linkBroadcast === 0 ? 0 : META_BROADCAST) |
      (packet.protocol === IpProtocol.UDP ? KIND_UDP : 0);
    if (packet.ipVersion === 4) this.#setIpv4Key(bytes, packet, row, meta);
    else this.#setIpv6Key(bytes, packet, row, meta | KIND_IPV6);
    this.words[row + Row.LENGTH] = length;
    this.words[row + Row.PAYLOAD] = packet.payloadOffset;
    this.words[row + Row.PAYLOAD_END] = packet.payloadEnd;
    this.words[row + Row.TRANSPORT] = packet.transportOffset;
    this.words[row + Row.PROCESS] = process;
    this.seconds[index] = seconds;
    this.nanoseconds[index] = nanoseconds;
    this.count = index + 1;
  }

  /**
   * Adds a later fragment: it has the key and the direction of its first one, whose row stands in `words` (borrowed)
   * at `offset`. Its payload is the middle of something: nobody looks at it. The batch must not be full.
   */
  appendFragment(
    words: Int32Array,
    offset: number,
    length: number,
    seconds: number,
    nanoseconds: number,
  ): void {
    const index = this.count;
    const row = index * ROW_WORDS;
    for (let i = 0; i < ROW_WORDS; i++) this.words[row + i] = words[offset + i];
    this.words[row + Row.META] &= (1 << META_TCP_FLAGS_SHIFT) - 1;
    this.words[row + Row.PAYLOAD_END] = this.words[row + Row.PAYLOAD];
    this.words[row + Row.LENGTH] = length;
    this.seconds[index] = seconds;
    this.nanoseconds[index] = nanoseconds;
    this.count = index + 1;
  }

  #setIpv4Key(bytes: Uint8Array, packet: DecodedPacket, row: number, meta: number): void {
    const words = this.words;
    const source = readInt32(bytes, packet.sourceOffset);
    const destination = readInt32(bytes, packet.destinationOffset);
    const sourcePort = packet.sourcePort;
    const destinationPort = packet.destinationPort;
    const fromA =
      source >>> 0 < destination >>> 0 || (source === destination && sourcePort <= destinationPort);
    const a = fromA ? source : destination;
    const b = fromA ? destination : source;
    const ports = fromA ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
    words[row + Row.HASH] = this.#hash.ofIpv4(a, b, ports, meta & KIND_MASK);
    words[row + Row.PORTS] = ports;
    words[row + Row.META] = fromA ? meta : meta | META_FROM_B;
    words[row + Row.ADDRESS_A] = a;
    words[row + Row.ADDRESS_B] = b;
  }

  #setIpv6Key(bytes: Uint8Array, packet: DecodedPacket, row: number, meta: number): void {
    const words = this.words;
    const source = packet.sourceOffset;
    const destination = packet.destinationOffset;
    const sourcePort = packet.sourcePort;
    const destinationPort = packet.destinationPort;
    const order = compareIpv6(bytes, source, destination);
    const fromA = order < 0 || (order === 0 && sourcePort <= destinationPort);
    const offsetA = fromA ? source : destination;
    const offsetB = fromA ? destination : source;
    for (let i = 0; i < 4; i++) {
      words[row + Row.ADDRESS_A + i] = readInt32(bytes, offsetA + i * 4);
      words[row + Row.ADDRESS_B + i] = readInt32(bytes, offsetB + i * 4);
    }
    const ports = fromA ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
    words[row + Row.HASH] = this.#hash.ofIpv6(words, row + Row.ADDRESS_A, ports, meta & KIND_MASK);
    words[row + Row.PORTS] = ports;
    words[row + Row.META] = fromA ? meta : meta | META_FROM_B;
  }
}

/** Order of two IPv6 addresses: negative, 0 or positive. */
function compareIpv6(bytes: Uint8Array, a: number, b: number): number {
  for (let i = 0; i < 16; i++) {
    const difference = bytes[a + i] - bytes[b + i];
    if (difference !== 0) return difference;
  }
  return 0;
}
