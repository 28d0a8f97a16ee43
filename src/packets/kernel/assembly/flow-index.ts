/**
 * Finds flow entries by key: open addressing with linear probing. The hash is stored beside the entry's number, so that
 * a probe touches the entry only if all 32 bits of the hash match. With many flows, this is where the time goes: cache
 * misses.
 */
import {
  BATCH_CAPACITY,
  CANDIDATES_AT,
  ENTRY_ADDRESS_A,
  ENTRY_ADDRESS_B,
  ENTRY_PORTS,
  ENTRY_STATE,
  FLOW_LIVE,
  KIND_IPV6,
  KIND_MASK,
  ROW_ADDRESS_A,
  ROW_ADDRESS_B,
  ROW_HASH,
  ROW_META,
  ROW_PORTS,
  WIDE_WORDS,
} from "../layout";
import { allocateEntry, entryAt, freeEntry, hashOfEntry, usedEntries, wideAt } from "./flow-entries";
import { rowAt } from "./packet-rows";

/** Slots in use, of eight, before the index grows, and the factor of growth: refilling costs as much as filling did. */
const MAX_EIGHTHS: u32 = 5;
const GROWTH = 8;

/** Pairs (hash, entry); entry 0 is an empty slot. */
let slots: usize = 0;
let maxSlots: u32 = 0;
/** Number of slots, a power of two, minus one. */
let mask: u32 = 0;
let count: u32 = 0;
/** Keeps the loads of `prefetch` alive: a compiler removes unused ones. */
export let touched: u32 = 0;

/** Sets the location of the slots, which are zeroed: `first` of them at the beginning and at most `most`, powers of two. */
export function setIndexLocation(slotsAt: usize, first: u32, maximum: u32): void {
  slots = slotsAt;
  mask = first - 1;
  maxSlots = maximum;
}

/**
 * Makes several passes over the rows `first` to `end - 1`, at most a batch, that do one thing each, so that the cache
 * misses of different packets overlap instead of following one another. First the slots are loaded; then the candidate
 * entry of each packet is looked up in the cache (branches are mispredicted here, so nothing else is done); then the
 * entries are loaded.
 */
export function prefetch(first: i32, end: i32): void {
  let sum: u32 = 0;
  for (let i = first; i < end; i++) sum ^= load<u32>(slotAt(load<u32>(rowAt(i), ROW_HASH * 4) & mask));
  for (let i = first; i < end; i++) {
    const hash = load<u32>(rowAt(i), ROW_HASH * 4);
    let slot = hash & mask;
    while (load<u32>(slotAt(slot)) !== hash && load<i32>(slotAt(slot), 4) !== 0) slot = (slot + 1) & mask;
    store<i32>(candidateAt(i), entryIn(slot));
  }
  for (let i = first; i < end; i++) sum ^= load<u32>(entryAt(load<i32>(candidateAt(i))));
  for (let i = first; i < end; i++) {
    const base = entryAt(load<i32>(candidateAt(i)));
    // For IPv4 this loads the beginning of the wide entries repeatedly, which costs less than a branch.
    const isIpv6 = (load<i32>(base, ENTRY_STATE * 4) & KIND_IPV6) >> 1;
    sum ^= load<u32>(wideAt(load<i32>(base, ENTRY_ADDRESS_B * 4) * isIpv6));
  }
  touched = sum;
}

/** Returns the live entry of row `i`, which was prefetched, or 0. */
export function findEntry(i: i32): i32 {
  // Comparing the key detects changes since the prefetch.
  const candidate = load<i32>(candidateAt(i));
  return candidate !== 0 && matchesRow(candidate, rowAt(i)) ? candidate : entryIn(findSlot(rowAt(i)));
}

/** Returns the slot of a row's live entry, or the empty one where it would be. */
function findSlot(row: usize): u32 {
  const hash = load<u32>(row, ROW_HASH * 4);
  let slot = hash & mask;
  let entry = entryIn(slot);
  while (entry !== 0 && !(load<u32>(slotAt(slot)) === hash && matchesRow(entry, row))) {
    slot = (slot + 1) & mask;
    entry = entryIn(slot);
  }
  return slot;
}

/** Returns the entry in a slot, or 0. */
function entryIn(slot: u32): i32 {
  return load<i32>(slotAt(slot), 4);
}

/** Whether the index must `grow` before an entry is created. */
export function isFull(): bool {
  return (count + 1) * 8 > (mask + 1) * MAX_EIGHTHS;
}

/** Creates an entry with the key of a row that has none; only the key is set. */
export function createEntry(row: usize): i32 {
  count++;
  const slot = findSlot(row);
  const entry = allocateEntry(row);
  setSlot(slot, load<u32>(row, ROW_HASH * 4), entry);
  return entry;
}

/** Removes an entry; later slots of the same run move up, so that no tombstones are left. */
export function removeEntry(entry: i32): void {
  let hole = hashOfEntry(entry) & mask;
  while (entryIn(hole) !== entry) hole = (hole + 1) & mask;
  count--;
  for (let next = (hole + 1) & mask; entryIn(next) !== 0; next = (next + 1) & mask) {
    const home = load<u32>(slotAt(next)) & mask;
    // Moves up only what may be at the hole: its home is not between the hole and its position.
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      store<u64>(slotAt(hole), load<u64>(slotAt(next)));
      hole = next;
    }
  }
  store<u64>(slotAt(hole), 0);
  freeEntry(entry);
}

/** Adds slots in place: there is space after them. The entries contain everything needed to refill them. */
export function grow(): void {
  memory.fill(slots, 0, (mask + 1) << 3);
  mask = min<u32>((mask + 1) * GROWTH, maxSlots) - 1;
  const used = usedEntries();
  for (let entry = 1; entry <= used; entry++) {
    if ((load<i32>(entryAt(entry), ENTRY_STATE * 4) & FLOW_LIVE) === 0) continue;
    const hash = hashOfEntry(entry);
    let slot = hash & mask;
    while (entryIn(slot) !== 0) slot = (slot + 1) & mask;
    setSlot(slot, hash, entry);
  }
}

/** Whether an entry is live and has the key of a row. */
function matchesRow(entry: i32, row: usize): bool {
  const base = entryAt(entry);
  const kind = load<i32>(row, ROW_META * 4) & KIND_MASK;
  if (load<u32>(base, ENTRY_PORTS * 4) !== load<u32>(row, ROW_PORTS * 4)) return false;
  if ((load<i32>(base, ENTRY_STATE * 4) & (KIND_MASK | FLOW_LIVE)) !== (kind | FLOW_LIVE)) return false;
  if ((kind & KIND_IPV6) !== 0) return hasAddresses(wideAt(load<i32>(base, ENTRY_ADDRESS_B * 4)), row);
  return (
    load<u32>(base, ENTRY_ADDRESS_A * 4) === load<u32>(row, ROW_ADDRESS_A * 4) &&
    load<u32>(base, ENTRY_ADDRESS_B * 4) === load<u32>(row, ROW_ADDRESS_B * 4)
  );
}

/** Whether a wide entry has the addresses of a row. */
function hasAddresses(wideEntry: usize, row: usize): bool {
  const addresses = row + ROW_ADDRESS_A * 4;
  let difference: u64 = 0;
  for (let i = 0; i < WIDE_WORDS * 4; i += 8)
    difference |= load<u64>(wideEntry + i) ^ load<u64>(addresses + i);
  return difference === 0;
}

function setSlot(slot: u32, hash: u32, entry: i32): void {
  store<u32>(slotAt(slot), hash);
  store<i32>(slotAt(slot), entry, 4);
}

function slotAt(slot: u32): usize {
  return slots + (slot << 3);
}

/** Rows of one batch have distinct candidate words. */
function candidateAt(i: i32): usize {
  return CANDIDATES_AT + ((i & (BATCH_CAPACITY - 1)) << 2);
}
