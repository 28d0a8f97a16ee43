/** What the kernel asks of the program, during `countRows` only. */

/** A packet of an observed flow: the row of that number. Returns 0 when no more of the flow need be shown. */
export declare function observe(record: i32, row: i32): i32;
/** The capture names the process that a packet of an observed flow is for. */
export declare function addMark(record: i32, mark: i32): void;
/**
 * The IP address of the sender (0) or receiver (1) of a row may go with another hardware address than before; `hops` is
 * one of `HOPS_...`. Returns 1 where that one passes packets on for others: of which public addresses, need not be told.
 */
export declare function meet(row: i32, end: i32, hops: i32): i32;
/** The flow in a record has ended, and another with the same key begins in it after the call. */
export declare function endFlow(record: i32): void;
/** As many flows are live as may be: one must be removed. */
export declare function makeRoom(): void;
/** Flows that were heard of last before some time may have been silent too long; `now` in seconds. */
export declare function expire(now: u32): void;
/** A flow has begun at `time` (seconds; before all time for none); asked for by `setFollowed`. */
export declare function began(record: i32, time: f64): void;
/** The same of one that begins in a record which was live. */
export declare function beganAnew(record: i32, time: f64): void;
/** The next packet of the flow in a record is in a later bucket than the last one; asked for by `setEdges`, as what follows. */
export declare function leaveBucket(record: i32): void;
/** The packet of a row, which is counted next, is in an earlier bucket than the last one of its flow. */
export declare function seeLate(record: i32, row: i32): void;
/** The flow in a record has lived so long since it was told of; the packet of a row is its next one. */
export declare function leavePart(record: i32, row: i32): void;
