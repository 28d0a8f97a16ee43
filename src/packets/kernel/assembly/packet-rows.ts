/** Rows of packets: computes a packet's flow key from the addresses and ports in its headers. */
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

/** Returns the address of a row. */
export function rowAt(index: i32): usize {
  return ROWS_AT + (index << 6);
}

/**
 * Writes the keys of the rows `first` to `end - 1` in canonical order. Each row contains, in place of its addresses,
 * the locations of source and destination (4 bytes, or 16 if its kind has `KIND_IPV6`); the source's port as A's; and
 * its meta word without a direction.
 *
 * A separate pass over new rows: it does the same for each, without a call per row.
 */
export function finalizeRows(first: i32, end: i32): void {
  for (let i = first; i < end; i++) {
    const row = rowAt(i);
    const meta = load<i32>(row, ROW_META * 4);
    const source = load<usize>(row, ROW_ADDRESS_A * 4);
    const destination = load<usize>(row, ROW_ADDRESS_B * 4);
    const ports = load<u32>(row, ROW_PORTS * 4);
    const isIpv6 = (meta & KIND_IPV6) !== 0;
    const order = isIpv6 ? compareIpv6(source, destination) : compareIpv4(source, destination);
    const fromA = (i32(order < 0) | (i32(order === 0) & i32(ports >> 16 <= (ports & 0xffff)))) !== 0;
    const a = fromA ? source : destination;
    const b = fromA ? destination : source;
    const canonical = fromA ? ports : rotl<u32>(ports, 16);
    store<u32>(row, readUint32(a), ROW_ADDRESS_A * 4);
    store<u32>(row, readUint32(b), ROW_ADDRESS_B * 4);
    if (isIpv6) writeWide(row, a, b);
    store<u32>(row, canonical, ROW_PORTS * 4);
    store<i32>(row, fromA ? meta : meta | META_FROM_B, ROW_META * 4);
    const hash = hashKey(row + ROW_ADDRESS_A * 4, row + ROW_ADDRESS_B * 4, canonical, meta & KIND_MASK);
    store<u32>(row, hash, ROW_HASH * 4);
  }
}

/** Writes the other three words of each IPv6 address. */
function writeWide(row: usize, a: usize, b: usize): void {
  for (let i = 4; i < 16; i += 4) {
    store<u32>(row + i, readUint32(a + i), ROW_ADDRESS_A * 4);
    store<u32>(row + i, readUint32(b + i), ROW_ADDRESS_B * 4);
  }
}

/** Reads 16 bits in network byte order. */
export function readUint16(at: usize): u32 {
  return (u32(load<u8>(at)) << 8) | u32(load<u8>(at, 1));
}

/** Reads 32 bits in network byte order. */
export function readUint32(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

/** Compares two IPv4 addresses: negative, 0 or positive. */
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
