/**
 * What flows add up to by service port: all that is asked of them where nothing but the port says what they are. Done here
 * for all live flows at once, at the end of a capture, when the program has not been at it long enough to be compiled.
 */
import {
  FLOW_LIVE,
  KIND_UDP,
  ORIENTED_ORIGINATOR,
  ORIENTED_SERVICE,
  RECORD_BYTES,
  RECORD_FIRST_SECONDS,
  RECORD_LAST_SECONDS,
  RECORD_PACKETS,
  RECORD_PORTS,
  RECORD_STATE,
  SUM_BYTES,
  SUM_FIRST_SECONDS,
  SUM_FLOWS,
  SUM_LAST_SECONDS,
  SUM_NUMBERS_AT,
  SUM_PACKETS,
  SUM_PORT,
  SUMS_AT,
} from "../layout";
import { recordAt, usedRecords } from "./flow-records";
import { orient } from "./orientation";

let sums: i32 = 0;

/** Sums that have been begun: numbers 1 to this. */
export function usedSums(): i32 {
  return sums;
}

/**
 * Adds live flows to the sums of their service ports, from record `first` on, up to one that did not begin in the seconds
 * `from` to `before - 1`: its record, which was not added, or 0 when all have been looked at.
 */
export function sumByPort(first: i32, from: u32, before: u32): i32 {
  const used = usedRecords();
  for (let record = first; record <= used; record++) {
    const base = recordAt(record);
    if ((load<i32>(base, RECORD_STATE * 4) & FLOW_LIVE) === 0) continue;
    const began = load<u32>(base, RECORD_FIRST_SECONDS * 4);
    if (began < from || began >= before) return record;
    add(base, orient(record));
  }
  return 0;
}

function add(base: usize, oriented: i32): void {
  const ports = load<u32>(base, RECORD_PORTS * 4);
  const port = (oriented & ORIENTED_SERVICE) === 0 ? ports >> 16 : ports & 0xffff;
  const sum = sumOf(((load<u32>(base, RECORD_STATE * 4) & KIND_UDP) << 16) | port, base);
  const packets = load<f64>(base, RECORD_PACKETS * 8) + load<f64>(base, RECORD_PACKETS * 8 + 8);
  addTo(sum + SUM_FLOWS * 8, 1);
  addTo(sum + SUM_PACKETS * 8, packets);
  const isFromB = (oriented & ORIENTED_ORIGINATOR) !== 0;
  const bytesOfA = load<f64>(base, RECORD_BYTES * 8);
  const bytesOfB = load<f64>(base, RECORD_BYTES * 8 + 8);
  addTo(sum + SUM_BYTES * 8, isFromB ? bytesOfB : bytesOfA);
  addTo(sum + SUM_BYTES * 8 + 8, isFromB ? bytesOfA : bytesOfB);
  const first = load<u64>(base, RECORD_FIRST_SECONDS * 4);
  if (isBefore(first, load<u64>(sum, SUM_FIRST_SECONDS * 4))) store<u64>(sum, first, SUM_FIRST_SECONDS * 4);
  const last = load<u64>(base, RECORD_LAST_SECONDS * 4);
  if (isBefore(load<u64>(sum, SUM_LAST_SECONDS * 4), last)) store<u64>(sum, last, SUM_LAST_SECONDS * 4);
}

/** Where the sum of a transport and port stands; a new one has the times of the flow at `base`. */
function sumOf(port: u32, base: usize): usize {
  const numberAt: usize = SUM_NUMBERS_AT + (port << 2);
  const known = load<i32>(numberAt);
  if (known !== 0) return sumAt(known);
  const sum = sumAt(++sums);
  store<i32>(numberAt, sums);
  store<u32>(sum, port, SUM_PORT * 4);
  store<u64>(sum, load<u64>(base, RECORD_FIRST_SECONDS * 4), SUM_FIRST_SECONDS * 4);
  store<u64>(sum, load<u64>(base, RECORD_LAST_SECONDS * 4), SUM_LAST_SECONDS * 4);
  return sum;
}

function sumAt(number: i32): usize {
  return SUMS_AT + (number << 6);
}

function addTo(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/** Whether one time is before another: each a word of seconds, then a word of nanoseconds. */
function isBefore(time: u64, other: u64): bool {
  return rotl<u64>(time, 32) < rotl<u64>(other, 32);
}
