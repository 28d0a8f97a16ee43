/** Rows of packets: the key of the flow that a packet is of, from the addresses and ports where they stand in it. */
import {
  KIND_IPV6,
  KIND_MASK,
  META_FROM_B,
  ROW_ADDRESS_A,
  ROW_ADDRESS_B,
  ROW_HASH,
  ROW_META,
  ROW_PORTS,
  ROWS_AT,
} from "../layout";
import { hashKey } from "./flow-hash";

/** Where the row of a number stands. */
export function rowAt(index: i32): usize {
  return ROWS_AT + (index << 6);
}

/**
 * Writes the key of a row in canonical order, and its meta word, which learns the direction.
 *
 * @param meta Kind and `META_...` bits, without a direction.
 * @param source Where the source address stands: 4 bytes, or 16 where the kind has `KIND_IPV6`.
 */
export function setKey(
  row: usize,
  meta: i32,
  source: usize,
  destination: usize,
  sourcePort: u32,
  destinationPort: u32,
): void {
  const isIpv6 = (meta & KIND_IPV6) !== 0;
  const order = isIpv6 ? compareIpv6(source, destination) : compareIpv4(source, destination);
  const fromA = order < 0 || (order === 0 && sourcePort <= destinationPort);
  const a = fromA ? source : destination;
  const b = fromA ? destination : source;
  const ports = fromA ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
  const rowA = row + ROW_ADDRESS_A * 4;
  const rowB = row + ROW_ADDRESS_B * 4;
  store<u32>(rowA, readUint32(a));
  store<u32>(rowB, readUint32(b));
  if (isIpv6) {
    for (let i = 4; i < 16; i += 4) {
      store<u32>(rowA + i, readUint32(a + i));
      store<u32>(rowB + i, readUint32(b + i));
    }
  }
  store<u32>(row, hashKey(rowA, rowB, ports, meta & KIND_MASK), ROW_HASH * 4);
  store<u32>(row, ports, ROW_PORTS * 4);
  store<i32>(row, fromA ? meta : meta | META_FROM_B, ROW_META * 4);
}

/** 16 bits in network byte order. */
export function readUint16(at: usize): u32 {
  return (u32(load<u8>(at)) << 8) | u32(load<u8>(at, 1));
}

/** 32 bits in network byte order. */
function readUint32(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

/** Order of two IPv4 addresses: negative, 0 or positive. */
function compareIpv4(a: usize, b: usize): i32 {
  const left = readUint32(a);
  const right = readUint32(b);
  return i32(left > right) - i32(left < right);
}

function compareIpv6(a: usize, b: usize): i32 {
  const isUpperSame = load<u64>(a) === load<u64>(b);
  const left = bswap<u64>(isUpperSame ? load<u64>(a, 8) : load<u64>(a));
  const right = bswap<u64>(isUpperSame ? load<u64>(b, 8) : load<u64>(b));
  return i32(left > right) - i32(left < right);
}
