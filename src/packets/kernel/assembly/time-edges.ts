/** Edges in time that a flow passes: those between buckets, which all flows share, and those of its own age. */
import { NO_TIME } from "../../../net/moment";
import {
  RECORD_FIRST_NANOSECONDS,
  RECORD_FIRST_SECONDS,
  RECORD_LAST_NANOSECONDS,
  RECORD_LAST_SECONDS,
} from "../layout";
import { leaveBucket, leavePart, seeLate } from "./host";

/** Seconds of a bucket; 0: nobody asks. */
let bucketLength: u32 = 0;
/** When the bucket begins that packets are in now, seconds. */
let bucketStart: u32 = 0;
/** Seconds after which a flow is told of once more; 0: nobody asks. */
let activeTimeout: u32 = 0;

/** The length of a bucket and the age of a flow at which it is told of, both in seconds; 0: nobody asks. */
export function setEdges(bucketSeconds: u32, activeSeconds: u32): void {
  bucketLength = bucketSeconds;
  // One of another length may begin elsewhere: the next packet finds its own.
  bucketStart = 0;
  activeTimeout = activeSeconds;
}

/** Tells of the edges between the last packet of the flow in a record, which stands at `base`, and row `i` of that time. */
export function passEdges(record: i32, base: usize, i: i32, seconds: u32, nanoseconds: u32): void {
  const last = load<u32>(base, RECORD_LAST_SECONDS * 4);
  // Nearly always both are in the bucket of now: no division.
  if (bucketLength !== 0 && (seconds - bucketStart >= bucketLength || last - bucketStart >= bucketLength)) {
    passBucket(record, i, seconds, last);
  }
  if (activeTimeout !== 0 && seconds !== NO_TIME && last !== NO_TIME && seconds >= last) {
    const age = ageAt(base, last, load<u32>(base, RECORD_LAST_NANOSECONDS * 4));
    if (age / activeTimeout < ageAt(base, seconds, nanoseconds) / activeTimeout) leavePart(record, i);
  }
}

function passBucket(record: i32, i: i32, seconds: u32, last: u32): void {
  const bucket = bucketOf(seconds);
  const before = bucketOf(last);
  if (seconds !== NO_TIME) bucketStart = bucket;
  if (bucket === before) return;
  // Without a time counts as before all others.
  if (last !== NO_TIME && (seconds === NO_TIME || seconds < last)) seeLate(record, i);
  else leaveBucket(record);
}

/** When the bucket of a time begins; without a time there is none. */
function bucketOf(seconds: u32): u32 {
  return seconds === NO_TIME ? NO_TIME : seconds - (seconds % bucketLength);
}

/** Whole seconds since the flow began; 0 for what was before that. */
function ageAt(base: usize, seconds: u32, nanoseconds: u32): u32 {
  const first = load<u32>(base, RECORD_FIRST_SECONDS * 4);
  if (seconds <= first) return 0;
  return seconds - first - (nanoseconds < load<u32>(base, RECORD_FIRST_NANOSECONDS * 4) ? 1 : 0);
}
