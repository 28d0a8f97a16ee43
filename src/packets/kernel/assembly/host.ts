/** Callbacks from the kernel into the program, made only during `countRows`. */

/** A packet of an observed flow: the number of its row. Returns 0 if no more packets of the flow are needed. */
export declare function observe(entry: i32, row: i32): i32;
/** The capture has host metadata of a packet of an observed flow. */
export declare function addMark(entry: i32, mark: i32): void;
/**
 * The IP address of the sender (0) or receiver (1) of a row may have another hardware address than before; `hops` is
 * one of `HOPS_...`. Returns 1 if that hardware forwards packets for others: further public addresses behind it need
 * not be reported.
 */
export declare function observeAddress(row: i32, end: i32, hops: i32): i32;
/** The flow in an entry has ended; another one with the same key begins in it after the call. */
export declare function endFlow(entry: i32): void;
/** The maximum of live flows is reached: one must be removed. */
export declare function evict(): void;
/** Flows last seen before some time may be idle; `now` in seconds. */
export declare function expire(now: u32): void;
/** A flow has begun at `time` (seconds; -Infinity if it has none); enabled by `enableStartCallbacks`. */
export declare function flowBegan(entry: i32, time: f64): void;
/** The same for a flow that begins in an entry which was live. */
export declare function flowRestarted(entry: i32, time: f64): void;
/**
 * The next packet of the flow in an entry is in a later bucket than the last one; enabled by `setEdges`, like the
 * following.
 */
export declare function leaveBucket(entry: i32): void;
/** The packet of a row, which is counted next, is in an earlier bucket than the last one of its flow. */
export declare function seeLatePacket(entry: i32, row: i32): void;
/** The flow in an entry has reached a multiple of the active timeout; the packet of a row is its next one. */
export declare function reachActiveTimeout(entry: i32, row: i32): void;
