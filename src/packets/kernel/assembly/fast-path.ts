/**
 * Fast path for nearly every packet, decoded at once into a row: Ethernet with at most one 802.1Q tag, IPv4 without
 * options or IPv6 without extensions, not fragmented, TCP or UDP, nothing truncated or unusual. Everything else goes
 * through the layers (`packets/decode/packet-decoder.ts`), which produce the same row for these packets: a test
 * compares the two. The files of each layer cite the standards of its header. Input is in the block's buffer.
 */
import { NO_TIME } from "../../../net/moment";
import {
  CAPWAP_PORT,
  GENEVE_PORT,
  GTP_U_PORT,
  L2TP_PORT,
  LISP_PORT,
  MPLS_IN_UDP_PORT,
  TEREDO_PORT,
  TZSP_PORT,
  VXLAN_GPE_PORT,
  VXLAN_LINUX_PORT,
  VXLAN_PORT,
} from "../../../net/tunnel-ports";
import {
  BUFFER_AT,
  CAPTURED_LENGTHS_AT,
  KIND_IPV6,
  KIND_UDP,
  META_RECEIVER_SHIFT,
  META_SENDER_SHIFT,
  META_TCP_FLAGS_SHIFT,
  NANOSECONDS_AT,
  OFFSETS_AT,
  ORIGINAL_LENGTHS_AT,
  ROW_ADDRESS_A,
  ROW_ADDRESS_B,
  ROW_LENGTH,
  ROW_MARK,
  ROW_META,
  ROW_NANOSECONDS_AT,
  ROW_PAYLOAD,
  ROW_PAYLOAD_END,
  ROW_PORTS,
  ROW_SECONDS_AT,
  ROW_TRANSPORT,
  RUN_TIMES,
  RUN_WORDS,
  RUNS_AT,
  SECONDS_AT,
} from "../layout";
import { finalizeRows, readUint16, rowAt } from "./packet-rows";

const TYPE_OFFSET = 12;
const ETHERNET_LENGTH = 14;
const TAG_LENGTH = 4;
const TYPE_IPV4 = 0x0800;
const TYPE_VLAN = 0x8100;
const TYPE_IPV6 = 0x86dd;
/** First bytes of addresses that `ethernet.ts` treats specially: the broadcast address, and an iPhone's fake one. */
const BROADCAST_BYTE = 0xff;
const FAKE_ADDRESS_BYTE = 0xbe;

/** Version 4 and a header of five words. */
const IPV4_WITHOUT_OPTIONS = 0x45;
const IPV4_LENGTH = 20;
const IPV4_TOTAL_LENGTH_OFFSET = 2;
const IPV4_FRAGMENT_OFFSET = 6;
/** More fragments, and the fragment offset. */
const IPV4_FRAGMENT_MASK = 0x3fff;
const IPV4_PROTOCOL_OFFSET = 9;
const IPV4_SOURCE_OFFSET = 12;
const IPV4_DESTINATION_OFFSET = 16;

/** Distances of the addresses of an Ethernet frame from the end of its header. */
const SENDER_DISTANCE = 8;
const RECEIVER_DISTANCE = 14;
const TO_BOTH = (1 << META_SENDER_SHIFT) | (1 << META_RECEIVER_SHIFT);
const UNTAGGED_DISTANCES =
  (SENDER_DISTANCE << META_SENDER_SHIFT) | (RECEIVER_DISTANCE << META_RECEIVER_SHIFT);

const IPV6_VERSION = 6;
const IPV6_LENGTH = 40;
const IPV6_PAYLOAD_LENGTH_OFFSET = 4;
const IPV6_NEXT_HEADER_OFFSET = 6;
const IPV6_SOURCE_OFFSET = 8;
const IPV6_DESTINATION_OFFSET = 24;

const PROTOCOL_TCP = 6;
const TCP_LENGTH = 20;
const TCP_DATA_OFFSET = 12;
const TCP_FLAGS_OFFSET = 13;
const PROTOCOL_UDP = 17;
const UDP_LENGTH = 8;
const UDP_LENGTH_OFFSET = 4;
/** The last 6 bits of the tunnels' ports, as a bit set: most packets' ports are not in it and need no further check. */
const TUNNEL_BITS: u64 =
  ((<u64>1) << (L2TP_PORT & 63)) |
  ((<u64>1) << (GTP_U_PORT & 63)) |
  ((<u64>1) << (TEREDO_PORT & 63)) |
  ((<u64>1) << (VXLAN_PORT & 63)) |
  ((<u64>1) << (VXLAN_GPE_PORT & 63)) |
  ((<u64>1) << (LISP_PORT & 63)) |
  ((<u64>1) << (CAPWAP_PORT & 63)) |
  ((<u64>1) << (GENEVE_PORT & 63)) |
  ((<u64>1) << (MPLS_IN_UDP_PORT & 63)) |
  ((<u64>1) << (VXLAN_LINUX_PORT & 63)) |
  ((<u64>1) << (TZSP_PORT & 63));
/** The header of VXLAN (`packets/decode/vxlan.ts`): its first four bytes as loaded, and its last one. */
const VXLAN_FLAGS: u32 = 0x08;
const VXLAN_LAST_OFFSET = 7;
const VXLAN_LENGTH = 8;

const NEVER: u64 = u64.MAX_VALUE;

/** Minimum length of an Ethernet frame on the fast path: all headers of the shortest packet. */
const MIN_LENGTH = ETHERNET_LENGTH + TAG_LENGTH + IPV4_LENGTH + UDP_LENGTH;

/**
 * Makes rows of the fast-path packets among the records `first` to `end - 1` of the columns, which came from an
 * Ethernet, from row `rows` on, until a packet needs the full decoder or row `rowsEnd` is reached. Returns their
 * number; stores their totals in run `run`, with times of `NO_TIME` if none has one.
 */
export function appendFastPath(first: i32, end: i32, fcsLength: u32, rows: i32, rowsEnd: i32, run: i32): i32 {
  let record = first;
  let bytes: u64 = 0;
  let earliest = NEVER;
  let latest: u64 = 0;
  for (let i = rows; i < rowsEnd && record < end; i++, record++) {
    const column = record << 2;
    const packet: usize = BUFFER_AT + load<u32>(OFFSETS_AT + column);
    const captured = load<u32>(CAPTURED_LENGTHS_AT + column);
    const original = load<u32>(ORIGINAL_LENGTHS_AT + column);
    const isFcsCaptured = fcsLength > 0 && original >= fcsLength && original - fcsLength < captured;
    const length = isFcsCaptured ? original - fcsLength : captured;
    const row = rowAt(i);
    if (!writeFastPath(row, packet, packet + length)) break;
    store<u32>(row, original, ROW_LENGTH * 4);
    store<u32>(row, 0, ROW_MARK * 4);
    const seconds = load<u32>(SECONDS_AT + column);
    const nanoseconds = load<u32>(NANOSECONDS_AT + column);
    store<u32>(ROW_SECONDS_AT + (i << 2), seconds);
    store<u32>(ROW_NANOSECONDS_AT + (i << 2), nanoseconds);
    bytes += original;
    if (nanoseconds === NO_TIME) continue;
    const time = (u64(seconds) << 32) | u64(nanoseconds);
    earliest = min<u64>(earliest, time);
    latest = max<u64>(latest, time);
  }
  const totals: usize = RUNS_AT + run * (RUN_WORDS * 4);
  store<f64>(totals, f64(bytes));
  storeTime(totals + RUN_TIMES * 4, earliest);
  storeTime(totals + RUN_TIMES * 4 + 8, earliest === NEVER ? NEVER : latest);
  finalizeRows(rows, rows + record - first);
  return record - first;
}

/** Stores seconds, then nanoseconds. */
function storeTime(at: usize, time: u64): void {
  store<u64>(at, rotl<u64>(time, 32));
}

/**
 * Writes the row of a frame except its key; returns whether the frame is on the fast path. If not, the row's contents
 * are undefined.
 */
function writeFastPath(row: usize, frame: usize, end: usize): bool {
  if (i32(end - frame) < MIN_LENGTH) return false;
  const first = load<u8>(frame);
  if (first === BROADCAST_BYTE || first === FAKE_ADDRESS_BYTE) return false;
  let type = readUint16(frame + TYPE_OFFSET);
  let ip = frame + ETHERNET_LENGTH;
  let meta = UNTAGGED_DISTANCES;
  if (type === TYPE_VLAN) {
    type = readUint16(frame + TYPE_OFFSET + TAG_LENGTH);
    ip += TAG_LENGTH;
    meta += TAG_LENGTH * TO_BOTH;
  }
  let protocol: u32;
  let transport: usize;
  let ipEnd: usize;
  if (type === TYPE_IPV4) {
    const fragment = readUint16(ip + IPV4_FRAGMENT_OFFSET) & IPV4_FRAGMENT_MASK;
    if (load<u8>(ip) !== IPV4_WITHOUT_OPTIONS || fragment !== 0) return false;
    protocol = load<u8>(ip, IPV4_PROTOCOL_OFFSET);
    transport = ip + IPV4_LENGTH;
    ipEnd = ip + readUint16(ip + IPV4_TOTAL_LENGTH_OFFSET);
    meta += IPV4_LENGTH * TO_BOTH;
    store<usize>(row, ip + IPV4_SOURCE_OFFSET, ROW_ADDRESS_A * 4);
    store<usize>(row, ip + IPV4_DESTINATION_OFFSET, ROW_ADDRESS_B * 4);
  } else if (type === TYPE_IPV6) {
    if (i32(end - ip) < IPV6_LENGTH || load<u8>(ip) >> 4 !== IPV6_VERSION) return false;
    protocol = load<u8>(ip, IPV6_NEXT_HEADER_OFFSET);
    transport = ip + IPV6_LENGTH;
    ipEnd = transport + readUint16(ip + IPV6_PAYLOAD_LENGTH_OFFSET);
    store<usize>(row, ip + IPV6_SOURCE_OFFSET, ROW_ADDRESS_A * 4);
    store<usize>(row, ip + IPV6_DESTINATION_OFFSET, ROW_ADDRESS_B * 4);
    meta += IPV6_LENGTH * TO_BOTH + KIND_IPV6;
  } else return false;
  return ipEnd <= end && writeTransport(row, protocol, transport, ipEnd, meta);
}

/** `end` is the end by the IP header's own length: 0 or too short a length leaves the fast path. */
function writeTransport(row: usize, protocol: u32, at: usize, end: usize, meta: i32): bool {
  const available = i32(end - at);
  let payload: usize;
  if (protocol === PROTOCOL_TCP) {
    if (available < TCP_LENGTH) return false;
    const headerLength = i32(load<u8>(at, TCP_DATA_OFFSET) >> 4) << 2;
    if (headerLength < TCP_LENGTH || headerLength > available) return false;
    payload = at + headerLength;
    meta |= i32(load<u8>(at, TCP_FLAGS_OFFSET)) << META_TCP_FLAGS_SHIFT;
  } else if (protocol === PROTOCOL_UDP) {
    if (available < UDP_LENGTH) return false;
    const length = i32(readUint16(at + UDP_LENGTH_OFFSET));
    if (length < UDP_LENGTH || length > available) return false;
    payload = at + UDP_LENGTH;
    end = at + length;
    if (mayBeTunnel(at, payload, end)) return false;
    meta |= KIND_UDP;
  } else return false;
  store<i32>(row, meta, ROW_META * 4);
  store<u32>(row, (readUint16(at) << 16) | readUint16(at + 2), ROW_PORTS * 4);
  store<u32>(row, payload - BUFFER_AT, ROW_PAYLOAD * 4);
  store<u32>(row, end - BUFFER_AT, ROW_PAYLOAD_END * 4);
  store<u32>(row, at - BUFFER_AT, ROW_TRANSPORT * 4);
  return true;
}

/** Whether a UDP packet may contain a tunnel: by a port, or because its payload begins like VXLAN. */
function mayBeTunnel(at: usize, payload: usize, end: usize): bool {
  const source = readUint16(at);
  const destination = readUint16(at + 2);
  const bits = (TUNNEL_BITS >> (source & 63)) | (TUNNEL_BITS >> (destination & 63));
  if ((bits & 1) !== 0 && (isTunnelPort(source) || isTunnelPort(destination))) return true;
  if (i32(end - payload) < VXLAN_LENGTH || load<u32>(payload) !== VXLAN_FLAGS) return false;
  return load<u8>(payload, VXLAN_LAST_OFFSET) === 0;
}

function isTunnelPort(port: u32): bool {
  return (
    port === L2TP_PORT ||
    port === GTP_U_PORT ||
    port === TEREDO_PORT ||
    port === VXLAN_PORT ||
    port === VXLAN_GPE_PORT ||
    port === LISP_PORT ||
    port === CAPWAP_PORT ||
    port === GENEVE_PORT ||
    port === MPLS_IN_UDP_PORT ||
    port === VXLAN_LINUX_PORT ||
    port === TZSP_PORT
  );
}
