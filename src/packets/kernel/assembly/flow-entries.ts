/** The flow entries, and the wide entries of IPv6 flows. Number 0 of either is never used: 0 means "none". */
import {
  ENTRY_ADDRESS_A,
  ENTRY_ADDRESS_B,
  ENTRY_PORTS,
  ENTRY_STATE,
  KIND_IPV6,
  KIND_MASK,
  ROW_ADDRESS_A,
  ROW_ADDRESS_B,
  ROW_META,
  ROW_PORTS,
} from "../layout";
import { hashKey } from "./flow-hash";

const ENTRY_LENGTH = 64;
const WIDE_LENGTH = 32;

let entries: usize = 0;
let wide: usize = 0;
/** Numbers 1 to `used` have been allocated; freed ones are chained through their first word. */
let used: i32 = 0;
let firstFree: i32 = 0;
let usedWide: i32 = 0;
let firstFreeWide: i32 = 0;

/** Sets the locations of the entries and the wide entries, which are zeroed. */
export function setEntryLocations(entriesAt: usize, wideAt: usize): void {
  entries = entriesAt;
  wide = wideAt;
}

/** Returns the highest number ever allocated. */
export function usedEntries(): i32 {
  return used;
}

/** Returns the address of an entry. */
export function entryAt(entry: i32): usize {
  return entries + (entry << 6);
}

/** Returns the address of a wide entry. */
export function wideAt(wideEntry: i32): usize {
  return wide + (wideEntry << 5);
}

/** Allocates an entry with the key of a row; nothing else of it is set. */
export function allocateEntry(row: usize): i32 {
  let entry = firstFree;
  if (entry === 0) entry = ++used;
  else firstFree = load<i32>(entryAt(entry));
  const base = entryAt(entry);
  store<u32>(base, load<u32>(row, ROW_PORTS * 4), ENTRY_PORTS * 4);
  if ((load<i32>(row, ROW_META * 4) & KIND_IPV6) === 0) {
    store<u32>(base, load<u32>(row, ROW_ADDRESS_A * 4), ENTRY_ADDRESS_A * 4);
    store<u32>(base, load<u32>(row, ROW_ADDRESS_B * 4), ENTRY_ADDRESS_B * 4);
  } else {
    const wideEntry = allocateWideEntry();
    store<i32>(base, wideEntry, ENTRY_ADDRESS_B * 4);
    const addresses = row + ROW_ADDRESS_A * 4;
    for (let i = 0; i < WIDE_LENGTH; i += 8) store<u64>(wideAt(wideEntry) + i, load<u64>(addresses + i));
  }
  return entry;
}

/** Frees an entry: its flow is no longer live. */
export function freeEntry(entry: i32): void {
  const base = entryAt(entry);
  if ((load<i32>(base, ENTRY_STATE * 4) & KIND_IPV6) !== 0)
    freeWideEntry(load<i32>(base, ENTRY_ADDRESS_B * 4));
  memory.fill(base, 0, ENTRY_LENGTH);
  store<i32>(base, firstFree);
  firstFree = entry;
}

/** Returns the hash of the key in an allocated entry. */
export function hashOfEntry(entry: i32): u32 {
  const base = entryAt(entry);
  const kind = load<i32>(base, ENTRY_STATE * 4) & KIND_MASK;
  const isIpv6 = (kind & KIND_IPV6) !== 0;
  const a = isIpv6 ? wideAt(load<i32>(base, ENTRY_ADDRESS_B * 4)) : base;
  const b = a + (isIpv6 ? WIDE_LENGTH / 2 : ENTRY_ADDRESS_B * 4);
  return hashKey(a, b, load<u32>(base, ENTRY_PORTS * 4), kind);
}

function allocateWideEntry(): i32 {
  const wideEntry = firstFreeWide;
  if (wideEntry === 0) return ++usedWide;
  firstFreeWide = load<i32>(wideAt(wideEntry));
  return wideEntry;
}

function freeWideEntry(wideEntry: i32): void {
  store<i32>(wideAt(wideEntry), firstFreeWide);
  firstFreeWide = wideEntry;
}
