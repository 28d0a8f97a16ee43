/** The flow entries, and the wide entries of IPv6 flows. Number 0 of either is never used: 0 means "none". */
import {
  KIND_IPV6,
  KIND_MASK,
  RECORD_ADDRESS_A,
  RECORD_ADDRESS_B,
  RECORD_PORTS,
  RECORD_STATE,
  ROW_ADDRESS_A,
  ROW_ADDRESS_B,
  ROW_META,
  ROW_PORTS,
} from "../layout";
import { hashKey } from "./flow-hash";

const RECORD_LENGTH = 64;
const WIDE_LENGTH = 32;

let records: usize = 0;
let wide: usize = 0;
/** Numbers 1 to `used` have been allocated; freed ones are chained through their first word. */
let used: i32 = 0;
let free: i32 = 0;
let wideUsed: i32 = 0;
let wideFree: i32 = 0;

/** Sets the locations of the entries and the wide entries, which are zeroed. */
export function placeRecords(recordsAt: usize, wideAt: usize): void {
  records = recordsAt;
  wide = wideAt;
}

/** Returns the highest number ever allocated. */
export function usedRecords(): i32 {
  return used;
}

/** Returns the address of an entry. */
export function recordAt(record: i32): usize {
  return records + (record << 6);
}

/** Returns the address of a wide entry. */
export function wideAt(entry: i32): usize {
  return wide + (entry << 5);
}

/** Allocates an entry with the key of a row; nothing else of it is set. */
export function takeRecord(row: usize): i32 {
  let record = free;
  if (record === 0) record = ++used;
  else free = load<i32>(recordAt(record));
  const base = recordAt(record);
  store<u32>(base, load<u32>(row, ROW_PORTS * 4), RECORD_PORTS * 4);
  if ((load<i32>(row, ROW_META * 4) & KIND_IPV6) === 0) {
    store<u32>(base, load<u32>(row, ROW_ADDRESS_A * 4), RECORD_ADDRESS_A * 4);
    store<u32>(base, load<u32>(row, ROW_ADDRESS_B * 4), RECORD_ADDRESS_B * 4);
  } else {
    const entry = takeWide();
    store<i32>(base, entry, RECORD_ADDRESS_B * 4);
    const addresses = row + ROW_ADDRESS_A * 4;
    for (let i = 0; i < WIDE_LENGTH; i += 8) store<u64>(wideAt(entry) + i, load<u64>(addresses + i));
  }
  return record;
}

/** Frees an entry: its flow is no longer live. */
export function giveRecord(record: i32): void {
  const base = recordAt(record);
  if ((load<i32>(base, RECORD_STATE * 4) & KIND_IPV6) !== 0) giveWide(load<i32>(base, RECORD_ADDRESS_B * 4));
  memory.fill(base, 0, RECORD_LENGTH);
  store<i32>(base, free);
  free = record;
}

/** Returns the hash of the key in an allocated entry. */
export function hashOfRecord(record: i32): u32 {
  const base = recordAt(record);
  const kind = load<i32>(base, RECORD_STATE * 4) & KIND_MASK;
  const isIpv6 = (kind & KIND_IPV6) !== 0;
  const a = isIpv6 ? wideAt(load<i32>(base, RECORD_ADDRESS_B * 4)) : base;
  const b = a + (isIpv6 ? WIDE_LENGTH / 2 : RECORD_ADDRESS_B * 4);
  return hashKey(a, b, load<u32>(base, RECORD_PORTS * 4), kind);
}

function takeWide(): i32 {
  const entry = wideFree;
  if (entry === 0) return ++wideUsed;
  wideFree = load<i32>(wideAt(entry));
  return entry;
}

function giveWide(entry: i32): void {
  store<i32>(wideAt(entry), wideFree);
  wideFree = entry;
}
