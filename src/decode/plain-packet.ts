/**
 * What nearly every packet is, decoded in one go: Ethernet with one 802.1Q tag or none, IPv4 without options or IPv6
 * without extensions, no fragment, TCP or UDP, nothing cut or odd. All else is left to the walk through the layers
 * (`packet-decoder.ts`), whose answer for these packets is the same, field by field: a test holds the two together.
 */
import { readUint16 } from "../net/byte-reads.ts";
import { EtherType } from "../net/ether-types.ts";
import { IpProtocol } from "../net/ip-protocols.ts";
import type { DecodedPacket } from "./decoded-packet.ts";
import { follow, Layer } from "./layers.ts";
import { TEREDO_PORT } from "./udp.ts";

const TYPE_OFFSET = 12;
const ETHERNET_LENGTH = 14;
const TAG_LENGTH = 4;
/** First bytes of addresses that mean something to `ethernet.ts`: the broadcast address, an iPhone's faked one. */
const BROADCAST_BYTE = 0xff;
const FAKED_ADDRESS_BYTE = 0xbe;

/** Version 4 and a header of five words. */
const IPV4_PLAIN = 0x45;
const IPV4_LENGTH = 20;
const IPV4_TOTAL_LENGTH_OFFSET = 2;
const IPV4_FRAGMENT_OFFSET = 6;
/** More fragments, and the fragment offset. */
const IPV4_FRAGMENT_MASK = 0x3fff;
const IPV4_PROTOCOL_OFFSET = 9;
const IPV4_SOURCE_OFFSET = 12;
const IPV4_DESTINATION_OFFSET = 16;

const IPV6_VERSION = 6;
const IPV6_LENGTH = 40;
const IPV6_PAYLOAD_LENGTH_OFFSET = 4;
const IPV6_NEXT_HEADER_OFFSET = 6;
const IPV6_SOURCE_OFFSET = 8;
const IPV6_DESTINATION_OFFSET = 24;

const TCP_LENGTH = 20;
const TCP_DATA_OFFSET = 12;
const TCP_FLAGS_OFFSET = 13;
const UDP_LENGTH = 8;
const UDP_LENGTH_OFFSET = 4;

/** An Ethernet frame must have this to be looked at: all headers of the shortest plain packet. */
const MIN_LENGTH = ETHERNET_LENGTH + TAG_LENGTH + IPV4_LENGTH + UDP_LENGTH;

/**
 * Decodes an Ethernet frame at `bytes[offset]` (borrowed) if it is a plain one, and answers whether it was; if not,
 * `out` is as before. `out` has been reset and knows its `capturedEnd`, which is `end`.
 */
export function decodePlainPacket(
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): boolean {
  if (end - offset < MIN_LENGTH) return false;
  const first = bytes[offset];
  if (first === BROADCAST_BYTE || first === FAKED_ADDRESS_BYTE) return false;
  let etherType = readUint16(bytes, offset + TYPE_OFFSET);
  let ip = offset + ETHERNET_LENGTH;
  if (etherType === EtherType.VLAN) {
    etherType = readUint16(bytes, offset + TYPE_OFFSET + TAG_LENGTH);
    ip += TAG_LENGTH;
  }
  if (etherType === EtherType.IPV4) {
    const fragment = readUint16(bytes, ip + IPV4_FRAGMENT_OFFSET) & IPV4_FRAGMENT_MASK;
    const ipEnd = ip + readUint16(bytes, ip + IPV4_TOTAL_LENGTH_OFFSET);
    if (bytes[ip] !== IPV4_PLAIN || fragment !== 0 || ipEnd > end) return false;
    const protocol = bytes[ip + IPV4_PROTOCOL_OFFSET];
    if (!decodePlainTransport(protocol, bytes, ip + IPV4_LENGTH, ipEnd, out)) return false;
    out.ipVersion = 4;
    out.sourceOffset = ip + IPV4_SOURCE_OFFSET;
    out.destinationOffset = ip + IPV4_DESTINATION_OFFSET;
  } else if (etherType === EtherType.IPV6) {
    if (end - ip < IPV6_LENGTH || bytes[ip] >> 4 !== IPV6_VERSION) return false;
    const ipEnd = ip + IPV6_LENGTH + readUint16(bytes, ip + IPV6_PAYLOAD_LENGTH_OFFSET);
    if (ipEnd > end) return false;
    const protocol = bytes[ip + IPV6_NEXT_HEADER_OFFSET];
    if (!decodePlainTransport(protocol, bytes, ip + IPV6_LENGTH, ipEnd, out)) return false;
    out.ipVersion = 6;
    out.sourceOffset = ip + IPV6_SOURCE_OFFSET;
    out.destinationOffset = ip + IPV6_DESTINATION_OFFSET;
  } else return false;
  out.etherType = etherType;
  return true;
}

/** `end` is the end by the IP header's own length: 0 or too short a length is nothing plain. */
function decodePlainTransport(
  protocol: number,
  bytes: Uint8Array,
  offset: number,
  end: number,
  out: DecodedPacket,
): boolean {
  const available = end - offset;
  let payload: number;
  let flags = 0;
  if (protocol === IpProtocol.TCP) {
    if (available < TCP_LENGTH) return false;
    const headerLength = (bytes[offset + TCP_DATA_OFFSET] >> 4) << 2;
    if (headerLength < TCP_LENGTH || headerLength > available) return false;
    payload = offset + headerLength;
    flags = bytes[offset + TCP_FLAGS_OFFSET];
  } else if (protocol === IpProtocol.UDP) {
    if (available < UDP_LENGTH) return false;
    const length = readUint16(bytes, offset + UDP_LENGTH_OFFSET);
    if (length < UDP_LENGTH || length > available) return false;
    payload = offset + UDP_LENGTH;
    end = offset + length;
  } else return false;
  const sourcePort = readUint16(bytes, offset);
  const destinationPort = readUint16(bytes, offset + 2);
  if (protocol === IpProtocol.UDP && (sourcePort === TEREDO_PORT || destinationPort === TEREDO_PORT)) {
    return false;
  }
  out.protocol = protocol;
  out.sourcePort = sourcePort;
  out.destinationPort = destinationPort;
  out.tcpFlags = flags;
  out.transportOffset = offset;
  out.payloadOffset = payload;
  out.payloadEnd = end;
  follow(Layer.DONE, payload, end, out);
  return true;
}
