/**
 * Cuts a classic pcap (draft-ietf-opsawg-pcap, section 4) into records where it is as nearly all are: little-endian, records of the usual form. Whatever else
 * comes is left to `capture/pcap-format.ts`, which does the same for it: a test holds the two together.
 */
import {
  CAPTURED_LENGTHS_AT,
  COLUMN_CAPACITY,
  INTERFACE_IDS_AT,
  NANOSECONDS_AT,
  OFFSETS_AT,
  ORIGINAL_LENGTHS_AT,
  PROCESS_IDS_AT,
  ROOM_AT,
  SECONDS_AT,
} from "../layout";

const HEADER_LENGTH = 16;
const FRACTION_OFFSET = 4;
const CAPTURED_LENGTH_OFFSET = 8;
const ORIGINAL_LENGTH_OFFSET = 12;
const NANOSECONDS: u32 = 1_000_000_000;
/** `NO_TIME` (`net/moment.ts`): no second of a record. */
const NO_TIME: u32 = 0xffffffff;
/** Longer packets are not guessed at: what is loaded ahead must be in memory. */
const MAX_GUESSED_LENGTH: u32 = 4096;

/** Keeps the loads ahead alive: what nobody reads, a compiler leaves out. */
export let guessed: u32 = 0;

/**
 * Cuts what stands in the room from `start` to `end - 1` into the rows of the block from `first` on: until these are full,
 * a record is not all there, or one is not as usual (longer than `mostCaptured`, a time that is not normalised). Returns
 * the rows that were filled.
 */
export function cutRecords(
  first: i32,
  start: i32,
  end: i32,
  nanosecondsPerUnit: u32,
  mostCaptured: u32,
): i32 {
  let row = first;
  let cursor = start;
  let sum: u32 = 0;
  const unitsPerSecond = NANOSECONDS / nanosecondsPerUnit;
  while (row < COLUMN_CAPACITY && end - cursor >= HEADER_LENGTH) {
    const header: usize = ROOM_AT + cursor;
    const seconds = load<u32>(header);
    const fraction = load<u32>(header, FRACTION_OFFSET);
    const captured = load<u32>(header, CAPTURED_LENGTH_OFFSET);
    if (captured > mostCaptured || fraction >= unitsPerSecond || seconds === NO_TIME) break;
    const packet = cursor + HEADER_LENGTH;
    if (end - packet < i32(captured)) break;
    cursor = packet + i32(captured);
    // Each header tells where the next one is, so that their cache misses would follow one another. Most packets have the
    // length of the one before: the header after the next one is loaded where it would be then.
    if (captured < MAX_GUESSED_LENGTH) sum ^= load<u32>(ROOM_AT + cursor + HEADER_LENGTH + captured);
    const column = row << 2;
    store<u32>(OFFSETS_AT + column, packet);
    store<u32>(CAPTURED_LENGTHS_AT + column, captured);
    store<u32>(ORIGINAL_LENGTHS_AT + column, load<u32>(header, ORIGINAL_LENGTH_OFFSET));
    store<u32>(SECONDS_AT + column, seconds);
    store<u32>(NANOSECONDS_AT + column, fraction * nanosecondsPerUnit);
    store<u32>(INTERFACE_IDS_AT + column, 0);
    store<u32>(PROCESS_IDS_AT + column, 0);
    row++;
  }
  guessed = sum;
  return row - first;
}
