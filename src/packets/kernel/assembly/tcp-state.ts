/** TCP events of a flow as bits of its state word; `flows/tcp-state.ts` summarizes them. */
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "../../../net/tcp-flags";
import {
  FLOW_BEYOND_SYN,
  FLOW_FIN_FROM_A,
  FLOW_FINS,
  FLOW_REFUSED,
  FLOW_RESET,
  FLOW_SYN,
  FLOW_SYN_ACK,
  FLOW_SYN_ACK_FROM_A,
  FLOW_SYN_FROM_A,
  FLOW_SYN_FROM_B,
} from "../layout";

const CONTROL_FLAGS = TCP_SYN | TCP_FIN | TCP_RST;

/** Returns the state word after a segment with these flags. `fromB` is 0 or 1. */
export function advanceTcp(state: i32, flags: i32, fromB: i32): i32 {
  if ((flags & CONTROL_FLAGS) === 0) return state | FLOW_BEYOND_SYN;
  if ((flags & TCP_RST) !== 0) return advanceOnReset(state, fromB);
  if ((flags & TCP_SYN) !== 0) {
    if ((flags & TCP_ACK) !== 0) {
      return (state & FLOW_SYN_ACK) === 0 ? state | (FLOW_SYN_ACK_FROM_A << fromB) : state;
    }
    return (state & FLOW_SYN) === 0 ? state | (FLOW_SYN_FROM_A << fromB) : state;
  }
  return state | FLOW_BEYOND_SYN | (FLOW_FIN_FROM_A << fromB);
}

function advanceOnReset(state: i32, fromB: i32): i32 {
  const synFromOther = fromB === 0 ? FLOW_SYN_FROM_B : FLOW_SYN_FROM_A;
  const isRefused = (state & synFromOther) !== 0 && (state & (FLOW_SYN_ACK | FLOW_BEYOND_SYN)) === 0;
  return state | FLOW_RESET | (isRefused ? FLOW_REFUSED : 0);
}

/** Whether a segment opens a new connection: SYN without ACK. */
export function isOpening(flags: i32): bool {
  return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN;
}

/** Whether the connection is over: reset, or both sides have sent FIN. */
export function isClosed(state: i32): bool {
  return (state & FLOW_RESET) !== 0 || (state & FLOW_FINS) === FLOW_FINS;
}
