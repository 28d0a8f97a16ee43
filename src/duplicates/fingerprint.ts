/**
 * The common features of two records of the same packet (docs/contract.md, "Repeated packets"): the bytes from the
 * innermost IP header on except those that change on the way, as comparable words and hashes of the rest. For a packet
 * without an IP header, all bytes.
 */
import { readInt32, readUint16 } from "../net/byte-reads.ts";
import { EtherType } from "../net/ether-types.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import { LinkType } from "../net/link-types.ts";
import { TCP_FIN, TCP_SYN } from "../net/tcp-flags.ts";
import { type DecodedPacket, FragmentKind } from "../packets/decode/decoded-packet.ts";
import { SLL_HEADER_LENGTH, SLL2_HEADER_LENGTH } from "../packets/decode/linux-cooked.ts";
import { Weird } from "../packets/decode/weirds.ts";
import { type HashKey, KeyedHash } from "./keyed-hash.ts";

/** Values of `Fingerprint.kind`; never 0. */
export const FingerprintKind = { FRAME: 1, IPV4: 2, IPV6: 3 } as const;

/**
 * Bytes after the IP header by which the table is searched: a TCP header. Captures with different snaplens mostly have
 * them.
 */
const HEAD_LENGTH = 20;
/** Offset of the source address in the IP header. */
export const IPV4_SOURCE_OFFSET = 12;
export const IPV6_SOURCE_OFFSET = 8;
const IPV6_HEADER_LENGTH = 40;
const PORTS_LENGTH = 4;
const TCP_CHECKSUM_OFFSET = 16;
const UDP_CHECKSUM_OFFSET = 6;
const ICMP_CHECKSUM_OFFSET = 2;
const CHECKSUM_LENGTH = 2;
const FIRST_IPV4_GROUP = 224;
const IPV6_GROUP = 0xff;
/** ARP for IPv4 over Ethernet (RFC 826); bytes after it are padding. */
const ARP_LENGTH = 28;
const ETHER_TYPE_OFFSET = 12;
const VLAN_TAG_LENGTH = 4;

/** One reused object, filled by `read`. */
export class Fingerprint {
  /** `FingerprintKind`. */
  kind = 0;
  /**
   * Keyed hash of the first bytes after the IP header, without ports and checksum; with the identification except for
   * TCP.
   */
  key = 0;
  /** Keyed hash of these bytes and all others captured, and the number of others. */
  rest = 0;
  restLength = 0;
  /** The first eight bytes of the IP header, without IPv6's hop limit; for a frame its length. */
  first = 0;
  second = 0;
  hopLimit = 0;
  /** IPv4 addresses, or keyed hashes of IPv6 ones. */
  source = 0;
  destination = 0;
  /** Source port in the upper, destination port in the lower half; 0 without ports. */
  ports = 0;
  protocol = 0;
  /** Whether a NAT may change its addresses. */
  isTranslatable = false;
  /** Whether a repetition on the same interface within 100 µs is the same packet. */
  mayRepeat = true;
  /**
   * Whether its sender may legitimately send several identical ones in a row: a TCP acknowledgement or reset without
   * data, one per received segment, with no difference in the IP header.
   */
  isInterchangeable = false;
  readonly #hash: KeyedHash;

  /** `key` is kept, not copied. */
  constructor(key: HashKey) {
    this.#hash = new KeyedHash(key);
  }

  /**
   * Takes the fingerprint of a packet at `offset`, decoded into `packet`.
   *
   * @param bytes Borrowed for the call, like `packet`.
   */
  read(
    bytes: Uint8Array,
    packet: DecodedPacket,
    linkType: number,
    offset: number,
    originalLength: number,
  ): void {
    if (packet.ipVersion === 0) this.#readFrame(bytes, packet, linkType, offset, originalLength);
    else if (packet.ipVersion === 4) this.#readIpv4(bytes, packet);
    else this.#readIpv6(bytes, packet);
  }

  #readIpv4(bytes: Uint8Array, packet: DecodedPacket): void {
    const start = packet.sourceOffset - IPV4_SOURCE_OFFSET;
    this.kind = FingerprintKind.IPV4;
    this.first = readInt32(bytes, start);
    this.second = readInt32(bytes, start + 4);
    this.hopLimit = bytes[start + 8];
    this.source = readInt32(bytes, packet.sourceOffset);
    this.destination = readInt32(bytes, packet.destinationOffset);
    const length = this.first & 0xffff;
    const headerEnd = start + ((bytes[start] & 0x0f) << 2);
    this.#readContent(bytes, packet, headerEnd, length === 0 ? packet.capturedEnd : start + length);
    if (this.second >>> 16 !== 0) this.isInterchangeable = false;
    if (bytes[packet.destinationOffset] >= FIRST_IPV4_GROUP) this.isTranslatable = false;
  }

  #readIpv6(bytes: Uint8Array, packet: DecodedPacket): void {
    const start = packet.sourceOffset - IPV6_SOURCE_OFFSET;
    const second = readInt32(bytes, start + 4);
    this.kind = FingerprintKind.IPV6;
    this.first = readInt32(bytes, start);
    this.second = second & ~0xff;
    this.hopLimit = second & 0xff;
    this.source = this.#hashAddress(bytes, packet.sourceOffset);
    this.destination = this.#hashAddress(bytes, packet.destinationOffset);
    const length = second >>> 16;
    const headerEnd = start + IPV6_HEADER_LENGTH;
    this.#readContent(bytes, packet, headerEnd, length === 0 ? packet.capturedEnd : headerEnd + length);
    if (bytes[packet.destinationOffset] === IPV6_GROUP) this.isTranslatable = false;
  }

  #hashAddress(bytes: Uint8Array, offset: number): number {
    this.#hash.begin();
    this.#hash.addBytes(bytes, offset, offset + 16);
    return this.#hash.value();
  }

  /** Hashes what follows the IP header, up to `end` as far as captured. */
  #readContent(bytes: Uint8Array, packet: DecodedPacket, headerEnd: number, end: number): void {
    const hash = this.#hash;
    const hasPorts = packet.weird === 0;
    const isIcmp =
      (packet.weird === Weird.ICMP || packet.weird === Weird.ICMPV6) &&
      packet.fragment !== FragmentKind.LATER;
    const start = hasPorts ? packet.transportOffset : headerEnd;
    const captured = Math.min(end, packet.capturedEnd);
    const headEnd = Math.min(captured, start + HEAD_LENGTH);
    this.protocol = packet.protocol;
    this.ports = hasPorts ? readInt32(bytes, start) : 0;
    this.isTranslatable = (hasPorts || isIcmp) && packet.fragment === FragmentKind.NONE;
    this.mayRepeat = true;
    this.isInterchangeable =
      hasPorts &&
      packet.protocol === IpProtocol.TCP &&
      (packet.tcpFlags & (TCP_SYN | TCP_FIN)) === 0 &&
      packet.payloadOffset >= end;
    hash.begin();
    hash.addWord(packet.protocol);
    // A NAT between IP versions leaves nothing of the header; packets other than TCP often differ only in the
    // identification.
    if (packet.protocol !== IpProtocol.TCP) hash.addWord(packet.ipVersion === 4 ? this.second >>> 16 : 0);
    // Options and extension headers.
    hash.addBytes(bytes, headerEnd, start);
    if (hasPorts) {
      const checksum =
        packet.protocol === IpProtocol.TCP ? start + TCP_CHECKSUM_OFFSET : start + UDP_CHECKSUM_OFFSET;
      this.#addAround(bytes, start + PORTS_LENGTH, checksum, headEnd);
    } else if (isIcmp) {
      this.#addAround(bytes, start, start + ICMP_CHECKSUM_OFFSET, headEnd);
    } else {
      hash.addBytes(bytes, start, headEnd);
    }
    hash.addWord(headEnd - start);
    this.#readRest(bytes, headEnd, captured);
  }

  /** Adds `bytes[from .. to - 1]` without the checksum. */
  #addAround(bytes: Uint8Array, from: number, checksum: number, to: number): void {
    this.#hash.addBytes(bytes, from, Math.min(checksum, to));
    this.#hash.addBytes(bytes, checksum + CHECKSUM_LENGTH, to);
  }

  #readRest(bytes: Uint8Array, from: number, to: number): void {
    this.key = this.#hash.value();
    this.restLength = Math.max(to - from, 0);
    if (this.restLength > 0) this.#hash.addBytes(bytes, from, to);
    this.rest = this.#hash.value();
  }

  /**
   * A packet without an IP header. ARP is taken by itself, since a bridge or a VLAN device may show it after another
   * header.
   */
  #readFrame(
    bytes: Uint8Array,
    packet: DecodedPacket,
    linkType: number,
    offset: number,
    originalLength: number,
  ): void {
    const { etherType, capturedEnd } = packet;
    const isArp = etherType === EtherType.ARP;
    const start = offset + headerLengthOf(linkType, isArp, bytes, offset);
    const end = isArp ? Math.min(start + ARP_LENGTH, capturedEnd) : capturedEnd;
    this.kind = FingerprintKind.FRAME;
    this.first = isArp ? 0 : (originalLength - (start - offset)) | 0;
    this.second = etherType;
    this.hopLimit = 0;
    this.source = 0;
    this.destination = 0;
    this.ports = 0;
    this.protocol = 0;
    this.isTranslatable = false;
    this.isInterchangeable = false;
    // Frames of other links may be equal but distinct, such as the 802.11 acknowledgements to one station.
    this.mayRepeat = isArp || linkType === LinkType.ETHERNET;
    const headEnd = Math.min(start + HEAD_LENGTH, end);
    this.#hash.begin();
    this.#hash.addBytes(bytes, start, headEnd);
    this.#hash.addWord(headEnd - start);
    this.#readRest(bytes, headEnd, end);
  }
}

/** Returns the number of leading bytes that are not compared in a packet without an IP header. */
function headerLengthOf(linkType: number, isArp: boolean, bytes: Uint8Array, offset: number): number {
  if (linkType === LinkType.LINUX_SLL) return SLL_HEADER_LENGTH;
  if (linkType === LinkType.LINUX_SLL2) return SLL2_HEADER_LENGTH;
  if (linkType !== LinkType.ETHERNET || !isArp) return 0;
  let at = ETHER_TYPE_OFFSET;
  while (readUint16(bytes, offset + at) !== EtherType.ARP && at < ETHER_TYPE_OFFSET + 4 * VLAN_TAG_LENGTH) {
    at += VLAN_TAG_LENGTH;
  }
  return at + 2;
}
