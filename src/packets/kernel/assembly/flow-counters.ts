/** Counts packets in flow entries: finds or begins the packet's flow, and updates its times. */
import { NO_TIME } from "../../../net/moment";
import { TCP_SYN } from "../../../net/tcp-flags";
import {
  ENTRY_BYTES,
  ENTRY_FIRST_NANOSECONDS,
  ENTRY_FIRST_SECONDS,
  ENTRY_LAST_NANOSECONDS,
  ENTRY_LAST_SECONDS,
  ENTRY_PACKETS,
  ENTRY_STATE,
  FLOW_BROADCAST_FROM_A,
  FLOW_FIRST_FROM_B,
  FLOW_LIVE,
  FLOW_OBSERVED,
  FLOW_SYN,
  KIND_MASK,
  KIND_UDP,
  META_BROADCAST,
  META_BYTE_MASK,
  META_FROM_B,
  META_FROM_B_SHIFT,
  META_TCP_FLAGS_SHIFT,
  ROW_LENGTH,
  ROW_MARK,
  ROW_META,
  ROW_NANOSECONDS_AT,
  ROW_PAYLOAD,
  ROW_PAYLOAD_END,
  ROW_SECONDS_AT,
} from "../layout";
import { opensAnother, updateStart } from "./connection-start";
import { entryAt } from "./flow-entries";
import { createEntry, findEntry, grow, isFull, prefetch, removeEntry } from "./flow-index";
import { addMark, endFlow, evict, expire, flowBegan, flowRestarted, observe } from "./host";
import { observeReceiver, observeSender } from "./neighbour-table";
import { rowAt } from "./packet-rows";
import { hasMultipath } from "./tcp-options";
import { advanceTcp, isOpening } from "./tcp-state";
import { reportEdges } from "./time-edges";

/**
 * Packets between two checks for idle flows: fixed, so that the results do not depend on how a capture is split into
 * pieces.
 */
const EXPIRY_INTERVAL = 256;
const NANO = 1e-9;
const META_SYN = TCP_SYN << META_TCP_FLAGS_SHIFT;

let maxFlows: i32 = 0;
/** Seconds without a packet that end a flow; 0: nothing does. */
let idleTimeout: f64 = 0;
/** Initial state bits of every flow: `FLOW_OBSERVED` if there is an observer. */
let observed: i32 = 0;
/** Whether the observer needs packets with neither payload nor a SYN. */
let needsAll: bool = false;
/** Whether the observer needs the hardware addresses of IP addresses. */
let needsAddresses: bool = false;
/** Whether the program is told when flows begin. */
let hasStartCallbacks: bool = false;
/** Whether the program is told when flows cross time boundaries. */
let hasEdgeCallbacks: bool = false;

let live: i32 = 0;
/** Packets since the last check for idle flows, and the earliest of their times (seconds). */
let counted: i32 = 0;
let earliest: u32 = NO_TIME;
/** No flow can be idle before this time (seconds). */
let nextExpiry: f64 = Infinity;

/** Sets the maximum of live flows and the idle timeout in seconds; 0: none. */
export function setLimits(flows: i32, timeout: f64): void {
  maxFlows = flows;
  idleTimeout = timeout;
}

/**
 * Sets whether there is an observer, and whether it needs packets without payload and SYN, and hardware addresses.
 * Applies to flows that begin from now on.
 */
export function setObserver(hasObserver: bool, all: bool, addresses: bool): void {
  observed = hasObserver ? FLOW_OBSERVED : 0;
  needsAll = all;
  needsAddresses = addresses;
}

/** From now on the program is told of every flow that begins. */
export function enableStartCallbacks(): void {
  hasStartCallbacks = true;
}

/** From now on the program is told of time boundaries (`time-edges.ts`). */
export function enableEdgeCallbacks(): void {
  hasEdgeCallbacks = true;
}

/** Sets the time in seconds before which no flow can be idle. */
export function setNextExpiry(time: f64): void {
  nextExpiry = time;
}

/** Returns the number of live flows. */
export function liveFlows(): i32 {
  return live;
}

/** Returns the live entry of the first row, which is not counted, or 0. */
export function findFirst(): i32 {
  prefetch(0, 1);
  return findEntry(0);
}

/** Removes the flow in an entry. */
export function removeFlow(entry: i32): void {
  removeEntry(entry);
  live--;
}

/** Counts the packets of the rows `first` to `end - 1`, at most a batch. */
export function countRows(first: i32, end: i32): void {
  prefetch(first, end);
  for (let i = first; i < end; i++) {
    const seconds = load<u32>(ROW_SECONDS_AT + (i << 2));
    countRow(i, seconds, load<u32>(ROW_NANOSECONDS_AT + (i << 2)));
    if (seconds < earliest) earliest = seconds;
    if (++counted === EXPIRY_INTERVAL) checkIdle();
  }
}

function countRow(i: i32, seconds: u32, nanoseconds: u32): void {
  const row = rowAt(i);
  const meta = load<i32>(row, ROW_META * 4);
  let entry = findEntry(i);
  let isFirst = true;
  if (entry === 0) entry = create(row, seconds, nanoseconds);
  else if (idleTimeout > 0 && hasEnded(entryAt(entry), row, meta, seconds, nanoseconds)) {
    endFlow(entry);
    begin(entryAt(entry), meta, seconds, nanoseconds);
    const time = expectExpiry(seconds, nanoseconds);
    if (hasStartCallbacks) flowRestarted(entry, time);
  } else {
    if (hasEdgeCallbacks) reportEdges(entry, entryAt(entry), i, seconds, nanoseconds);
    updateTimes(entryAt(entry), seconds, nanoseconds);
    isFirst = false;
  }

  const base = entryAt(entry);
  const fromB = (meta & META_FROM_B) >> META_FROM_B_SHIFT;
  const side = base + (fromB << 3);
  const packets = load<f64>(side, ENTRY_PACKETS * 8);
  if (packets === 0 && needsAddresses) {
    observeSender(i);
    if (isFirst) observeReceiver(i);
  }
  store<f64>(side, packets + 1, ENTRY_PACKETS * 8);
  store<f64>(side, load<f64>(side, ENTRY_BYTES * 8) + f64(load<u32>(row, ROW_LENGTH * 4)), ENTRY_BYTES * 8);
  let state = load<i32>(base, ENTRY_STATE * 4);
  if ((meta & META_BROADCAST) !== 0) state |= FLOW_BROADCAST_FROM_A << fromB;
  if ((meta & KIND_UDP) === 0) {
    const flags = (meta >>> META_TCP_FLAGS_SHIFT) & META_BYTE_MASK;
    if (isFirst || (flags & TCP_SYN) !== 0) state = updateStart(state, row, flags, isFirst);
    state = advanceTcp(state, flags, fromB);
  }
  store<i32>(base, state, ENTRY_STATE * 4);
  if ((state & FLOW_OBSERVED) !== 0) passToObserver(entry, i);
  const mark = load<i32>(row, ROW_MARK * 4);
  if (mark !== 0 && observed !== 0) addMark(entry, mark);
}

/** Passes a packet to the observer if it is relevant. */
function passToObserver(entry: i32, i: i32): void {
  const row = rowAt(i);
  const hasPayload = load<i32>(row, ROW_PAYLOAD * 4) < load<i32>(row, ROW_PAYLOAD_END * 4);
  if (!hasPayload && !needsAll && !isRelevantSyn(entry, row)) return;
  if (observe(entry, i) !== 0) return;
  const base = entryAt(entry);
  store<i32>(base, load<i32>(base, ENTRY_STATE * 4) & ~FLOW_OBSERVED, ENTRY_STATE * 4);
}

/**
 * Whether a segment without payload is passed on: a SYN; one with ACK only if no SYN was seen before it or it has a
 * multipath TCP option.
 */
function isRelevantSyn(entry: i32, row: usize): bool {
  const meta = load<i32>(row, ROW_META * 4);
  if ((meta & META_SYN) === 0) return false;
  if (isOpening(meta >>> META_TCP_FLAGS_SHIFT)) return true;
  return (load<i32>(entryAt(entry), ENTRY_STATE * 4) & FLOW_SYN) === 0 || hasMultipath(row);
}

/** Whether the flow had ended before this packet: idle for too long, or another connection is opened. */
function hasEnded(base: usize, row: usize, meta: i32, seconds: u32, nanoseconds: u32): bool {
  // The flags of UDP are 0, which is not a SYN.
  if (isOpening(meta >>> META_TCP_FLAGS_SHIFT)) {
    const fromB = (meta & META_FROM_B) >> META_FROM_B_SHIFT;
    if (opensAnother(load<i32>(base, ENTRY_STATE * 4), row, fromB)) return true;
  }
  const last = load<u32>(base, ENTRY_LAST_SECONDS * 4);
  const gap = f64(seconds) - f64(last);
  // Fast path: both are nearly always close in time.
  if (gap >= 0 ? gap + 1 < idleTimeout : gap - 1 > -idleTimeout) return false;
  if (seconds === NO_TIME || last === NO_TIME) return false;
  const silence = gap + (f64(nanoseconds) - f64(load<u32>(base, ENTRY_LAST_NANOSECONDS * 4))) * NANO;
  if (silence >= 0) return silence > idleTimeout;
  // A packet from long before the flow: of another capture, or after a clock was set back.
  const secondsBefore = f64(load<u32>(base, ENTRY_FIRST_SECONDS * 4)) - f64(seconds);
  const nanosecondsBefore = f64(load<u32>(base, ENTRY_FIRST_NANOSECONDS * 4)) - f64(nanoseconds);
  return secondsBefore + nanosecondsBefore * NANO > idleTimeout;
}

/** Updates the flow's first and last time. */
function updateTimes(base: usize, seconds: u32, nanoseconds: u32): void {
  if (seconds === NO_TIME) return;
  const last = load<u32>(base, ENTRY_LAST_SECONDS * 4);
  if (last === NO_TIME) setFirst(base, seconds, nanoseconds);
  else if (!isBefore(last, load<u32>(base, ENTRY_LAST_NANOSECONDS * 4), seconds, nanoseconds)) {
    const first = load<u32>(base, ENTRY_FIRST_SECONDS * 4);
    const isFirst = isBefore(seconds, nanoseconds, first, load<u32>(base, ENTRY_FIRST_NANOSECONDS * 4));
    if (isFirst) setFirst(base, seconds, nanoseconds);
    return;
  }
  store<u32>(base, seconds, ENTRY_LAST_SECONDS * 4);
  store<u32>(base, nanoseconds, ENTRY_LAST_NANOSECONDS * 4);
}

function setFirst(base: usize, seconds: u32, nanoseconds: u32): void {
  store<u32>(base, seconds, ENTRY_FIRST_SECONDS * 4);
  store<u32>(base, nanoseconds, ENTRY_FIRST_NANOSECONDS * 4);
}

/** Whether one time is before another. */
function isBefore(seconds: u32, nanoseconds: u32, otherSeconds: u32, otherNanoseconds: u32): bool {
  return seconds < otherSeconds || (seconds === otherSeconds && nanoseconds < otherNanoseconds);
}

/** Creates the flow of a row that has no entry. */
function create(row: usize, seconds: u32, nanoseconds: u32): i32 {
  if (live === maxFlows) evict();
  if (isFull()) grow();
  const entry = createEntry(row);
  live++;
  begin(entryAt(entry), load<i32>(row, ROW_META * 4), seconds, nanoseconds);
  const time = expectExpiry(seconds, nanoseconds);
  if (hasStartCallbacks) flowBegan(entry, time);
  return entry;
}

/** Begins a flow in an entry that has its key: no packet is counted yet. */
function begin(base: usize, meta: i32, seconds: u32, nanoseconds: u32): void {
  const first = (meta & META_FROM_B) === 0 ? 0 : FLOW_FIRST_FROM_B;
  store<i32>(base, (meta & KIND_MASK) | FLOW_LIVE | observed | first, ENTRY_STATE * 4);
  setFirst(base, seconds, nanoseconds);
  store<u32>(base, seconds, ENTRY_LAST_SECONDS * 4);
  store<u32>(base, nanoseconds, ENTRY_LAST_NANOSECONDS * 4);
  for (let counter = ENTRY_PACKETS * 8; counter < ENTRY_BYTES * 8 + 16; counter += 8) {
    store<f64>(base + counter, 0);
  }
}

/** Updates `nextExpiry` for a flow that begins now; returns its time in seconds, -Infinity without one. */
function expectExpiry(seconds: u32, nanoseconds: u32): f64 {
  if (seconds === NO_TIME) return -Infinity;
  const time = f64(seconds) + f64(nanoseconds) * NANO;
  if (time + idleTimeout < nextExpiry) nextExpiry = time + idleTimeout;
  return time;
}

/** The earliest time of the last packets is used, so that one packet with a wrong clock ends nothing. */
function checkIdle(): void {
  const now = earliest;
  earliest = NO_TIME;
  counted = 0;
  if (idleTimeout > 0 && now !== NO_TIME && f64(now) > nextExpiry) expire(now);
}
