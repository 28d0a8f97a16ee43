/**
 * Where the sequence numbers of a connection begin, which distinguishes a late SYN from one that opens another
 * connection (docs/contract.md, "When a flow ends"). The flow stores 15 bits of one side's initial sequence number (RFC
 * 9293, 3.4.1): the side whose SYN was seen; else the one whose SYN was acknowledged; else the one that sent the first
 * packet.
 */
import { TCP_ACK, TCP_RST, TCP_SYN } from "../../../net/tcp-flags";
import {
  BUFFER_AT,
  FLOW_FIRST_FROM_B,
  FLOW_START_KNOWN,
  FLOW_START_SHIFT,
  FLOW_SYN,
  FLOW_SYN_ACK,
  FLOW_SYN_ACK_FROM_A,
  FLOW_SYN_FROM_A,
  ROW_TRANSPORT,
} from "../layout";
import { readUint32 } from "./packet-rows";
import { isClosed, isOpening } from "./tcp-state";

/** Offsets in the TCP header (RFC 9293, 3.1): both are before the flags, so if the flags were captured, these were too. */
const SEQUENCE_OFFSET: u32 = 4;
const ACKNOWLEDGMENT_OFFSET: u32 = 8;

/** Bits of the state word below the start. */
const BELOW_START = FLOW_START_KNOWN - 1;

/**
 * Returns the state word of a flow with the start shown by a segment, before the segment itself is recorded in it.
 * `row` is the segment's, `isFirst` whether it is the first packet of the flow.
 */
export function updateStart(state: i32, row: usize, flags: i32, isFirst: bool): i32 {
  if (isOpening(flags)) {
    return (state & FLOW_SYN) === 0 ? withStart(state, numberAt(row, SEQUENCE_OFFSET)) : state;
  }
  if (isAccepting(flags)) {
    const isNew = (state & (FLOW_SYN | FLOW_SYN_ACK)) === 0;
    return isNew ? withStart(state, numberAt(row, ACKNOWLEDGMENT_OFFSET) - 1) : state;
  }
  // No flags: they were not captured, or this is a later fragment.
  return isFirst && flags !== 0 ? withStart(state, numberAt(row, SEQUENCE_OFFSET) - 1) : state;
}

/** Whether a SYN without ACK opens another connection than that of the flow with this state word. */
export function opensAnother(state: i32, row: usize, fromB: i32): bool {
  const start = withStart(state, numberAt(row, SEQUENCE_OFFSET));
  const isOfSide = (state & FLOW_START_KNOWN) !== 0 && startSide(state) === fromB;
  if ((state & FLOW_SYN) !== 0) return isClosed(state) || (isOfSide && start !== state);
  // The flow's own SYN was not seen: this may be it, arriving late, whatever the state of the connection.
  if (isOfSide && start === state) return false;
  return isClosed(state) || (isOfSide && (state & FLOW_SYN_ACK) !== 0);
}

/** Returns the side whose start is in a state word. */
function startSide(state: i32): i32 {
  if ((state & FLOW_SYN) !== 0) return (state & FLOW_SYN_FROM_A) !== 0 ? 0 : 1;
  if ((state & FLOW_SYN_ACK) !== 0) return (state & FLOW_SYN_ACK_FROM_A) !== 0 ? 1 : 0;
  return (state & FLOW_FIRST_FROM_B) !== 0 ? 1 : 0;
}

function withStart(state: i32, number: u32): i32 {
  return (state & BELOW_START) | FLOW_START_KNOWN | i32(number << FLOW_START_SHIFT);
}

function isAccepting(flags: i32): bool {
  return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) === (TCP_SYN | TCP_ACK);
}

function numberAt(row: usize, offset: u32): u32 {
  return readUint32(BUFFER_AT + load<u32>(row, ROW_TRANSPORT * 4) + offset);
}
