/** Ethernet frames with IPv4 or IPv6 and TCP or UDP, with valid checksums (RFC 1071), from packets given as data. */
import { put16, put32 } from "../byte-order.ts";

/** Source or destination of packets. */
export interface Endpoint {
  /** 6 bytes: the host's, or those of the router in front of it. */
  readonly hardware: Uint8Array;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  readonly port: number;
}

export interface TcpFields {
  readonly sequence: number;
  readonly acknowledged: number;
  readonly flags: number;
}

/** The server name sent by a flow's client, and its protocol. */
export interface FlowName {
  readonly name: string;
  readonly protocol: "tls" | "quic" | "http";
}

/** One packet. Its payload may be shared: do not change it. */
export interface Packet {
  /** Time since the beginning of the capture. */
  readonly microseconds: number;
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** null for UDP. */
  readonly tcp: TcpFields | null;
  readonly payload: Uint8Array;
  readonly opensFlow: boolean;
  /** The name, if this packet completes the message that names the flow; otherwise null. */
  readonly named: FlowName | null;
}

export const TCP = { fin: 0x01, syn: 0x02, push: 0x08, ack: 0x10 } as const;

const ETHERNET_BYTES = 14;
/** The smallest Ethernet frame, without the FCS, which captures lack. */
const SMALLEST_FRAME = 60;
const MTU = 1500;
/** Longest frame that {@link writeFrame} writes. */
export const LONGEST_FRAME = ETHERNET_BYTES + MTU;
const HOPS = 64;

/** Maximum data of a TCP segment between two endpoints. */
export function segmentSize(endpoint: Endpoint): number {
  return MTU - (endpoint.address.length === 4 ? 20 : 40) - 20;
}

/** Writes the frame of a packet at `at` and returns its length; short ones are padded with zeros. */
export function writeFrame(out: Uint8Array, at: number, packet: Packet): number {
  const { from, to, tcp, payload } = packet;
  const isIpv4 = from.address.length === 4;
  const transportBytes = (tcp === null ? 8 : 20) + payload.length;
  const protocol = tcp === null ? 17 : 6;
  out.set(to.hardware, at);
  out.set(from.hardware, at + 6);
  put16(out, at + 12, isIpv4 ? 0x0800 : 0x86dd);
  const ip = at + ETHERNET_BYTES;
  const transport = ip + (isIpv4 ? 20 : 40);
  if (isIpv4) writeIpv4(out, ip, from, to, protocol, transportBytes);
  else writeIpv6(out, ip, from, to, protocol, transportBytes);
  put16(out, transport, from.port);
  put16(out, transport + 2, to.port);
  const end = transport + transportBytes;
  const pseudoSum = wordSum(from.address, 0, from.address.length) + wordSum(to.address, 0, to.address.length);
  if (tcp === null) writeUdp(out, transport, payload, pseudoSum + protocol + transportBytes);
  else writeTcp(out, transport, tcp, payload, pseudoSum + protocol + transportBytes);
  if (end - at >= SMALLEST_FRAME) return end - at;
  out.fill(0, end, at + SMALLEST_FRAME);
  return SMALLEST_FRAME;
}

function writeIpv4(
  out: Uint8Array,
  at: number,
  from: Endpoint,
  to: Endpoint,
  protocol: number,
  length: number,
): void {
  put16(out, at, 0x4500);
  put16(out, at + 2, 20 + length);
  // An atomic datagram needs no identification (RFC 6864, 4.1).
  put32(out, at + 4, 0x4000);
  put16(out, at + 8, (HOPS << 8) | protocol);
  put16(out, at + 10, 0);
  out.set(from.address, at + 12);
  out.set(to.address, at + 16);
  put16(out, at + 10, checksum(wordSum(out, at, at + 20)));
}

function writeIpv6(
  out: Uint8Array,
  at: number,
  from: Endpoint,
  to: Endpoint,
  protocol: number,
  length: number,
): void {
  put32(out, at, 0x60000000);
  put16(out, at + 4, length);
  out[at + 6] = protocol;
  out[at + 7] = HOPS;
  out.set(from.address, at + 8);
  out.set(to.address, at + 24);
}

function writeUdp(out: Uint8Array, at: number, payload: Uint8Array, pseudoSum: number): void {
  put16(out, at + 4, 8 + payload.length);
  put16(out, at + 6, 0);
  out.set(payload, at + 8);
  put16(out, at + 6, checksum(pseudoSum + wordSum(out, at, at + 8 + payload.length)) || 0xffff);
}

function writeTcp(out: Uint8Array, at: number, tcp: TcpFields, payload: Uint8Array, pseudoSum: number): void {
  put32(out, at + 4, tcp.sequence);
  put32(out, at + 8, tcp.acknowledged);
  put16(out, at + 12, 0x5000 | tcp.flags);
  put16(out, at + 14, 0xffff);
  put32(out, at + 16, 0);
  out.set(payload, at + 20);
  put16(out, at + 16, checksum(pseudoSum + wordSum(out, at, at + 20 + payload.length)));
}

/** The sum of big-endian 16-bit words in `bytes[start..end)`, with an odd last byte padded by 0. */
function wordSum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  let at = start;
  for (; at + 1 < end; at += 2) sum += (bytes[at] << 8) | bytes[at + 1];
  return at < end ? sum + (bytes[at] << 8) : sum;
}

function checksum(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return ~((once & 0xffff) + (once >>> 16)) & 0xffff;
}
