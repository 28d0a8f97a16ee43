/** Time boundaries that a flow crosses: between buckets, which all flows share, and multiples of its own age. */
import { NO_TIME } from "../../../net/moment";
import {
  ENTRY_FIRST_NANOSECONDS,
  ENTRY_FIRST_SECONDS,
  ENTRY_LAST_NANOSECONDS,
  ENTRY_LAST_SECONDS,
} from "../layout";
import { leaveBucket, reachActiveTimeout, seeLatePacket } from "./host";

/** Seconds of a bucket; 0: not needed. */
let bucketLength: u32 = 0;
/** Start of the current bucket in seconds. */
let bucketStart: u32 = 0;
/** Active timeout of a flow in seconds; 0: not needed. */
let activeTimeout: u32 = 0;

/** Sets the length of a bucket and the active timeout of a flow, both in seconds; 0: not needed. */
export function setEdges(bucketSeconds: u32, activeSeconds: u32): void {
  bucketLength = bucketSeconds;
  // Buckets of another length may begin elsewhere: the next packet finds its own.
  bucketStart = 0;
  activeTimeout = activeSeconds;
}

/** Reports the boundaries between the last packet of the flow in an entry, which is at `base`, and row `i` of this time. */
export function reportEdges(entry: i32, base: usize, i: i32, seconds: u32, nanoseconds: u32): void {
  const last = load<u32>(base, ENTRY_LAST_SECONDS * 4);
  // Fast path without a division: both are nearly always in the current bucket.
  if (bucketLength !== 0 && (seconds - bucketStart >= bucketLength || last - bucketStart >= bucketLength)) {
    reportBucketEdge(entry, i, seconds, last);
  }
  if (activeTimeout !== 0 && seconds !== NO_TIME && last !== NO_TIME && seconds >= last) {
    const age = ageAt(base, last, load<u32>(base, ENTRY_LAST_NANOSECONDS * 4));
    if (age / activeTimeout < ageAt(base, seconds, nanoseconds) / activeTimeout) reachActiveTimeout(entry, i);
  }
}

function reportBucketEdge(entry: i32, i: i32, seconds: u32, last: u32): void {
  const bucket = bucketOf(seconds);
  const before = bucketOf(last);
  if (seconds !== NO_TIME) bucketStart = bucket;
  if (bucket === before) return;
  // Packets without a time count as earlier than all others.
  if (last !== NO_TIME && (seconds === NO_TIME || seconds < last)) seeLatePacket(entry, i);
  else leaveBucket(entry);
}

/** Returns the start of the bucket of a time; none without a time. */
function bucketOf(seconds: u32): u32 {
  return seconds === NO_TIME ? NO_TIME : seconds - (seconds % bucketLength);
}

/** Returns the whole seconds since the flow began; 0 for earlier times. */
function ageAt(base: usize, seconds: u32, nanoseconds: u32): u32 {
  const first = load<u32>(base, ENTRY_FIRST_SECONDS * 4);
  if (seconds <= first) return 0;
  return seconds - first - (nanoseconds < load<u32>(base, ENTRY_FIRST_NANOSECONDS * 4) ? 1 : 0);
}
