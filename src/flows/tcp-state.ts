/** What the bits of a flow's state word (`kernel/layout.ts`) say of its TCP connection, in one word. */
import {
  FLOW_BEYOND_SYN,
  FLOW_FIN_FROM_A,
  FLOW_FIN_FROM_B,
  FLOW_REFUSED,
  FLOW_RESET,
  FLOW_SYN_ACK_FROM_A,
  FLOW_SYN_ACK_FROM_B,
  FLOW_SYN_FROM_A,
  FLOW_SYN_FROM_B,
  TCP_ACK,
  TCP_RST,
  TCP_SYN,
} from "../kernel/layout.ts";

const SYN_BITS = FLOW_SYN_FROM_A | FLOW_SYN_FROM_B;
const SYN_ACK_BITS = FLOW_SYN_ACK_FROM_A | FLOW_SYN_ACK_FROM_B;
const FIN_BITS = FLOW_FIN_FROM_A | FLOW_FIN_FROM_B;

/** Whether a segment opens a new connection: SYN without ACK. */
export function isOpening(flags: number): boolean {
  return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN;
}

/** How far a TCP connection was seen to come (contract, section 8). */
export type TcpState = "syn" | "established" | "closed" | "reset" | "refused" | "midstream";

/** Sums a state word up. Its end counts for more than its beginning: a midstream flow that closes is closed. */
export function tcpStateOf(state: number): TcpState {
  if ((state & FLOW_REFUSED) !== 0) return "refused";
  if ((state & FLOW_RESET) !== 0) return "reset";
  if ((state & FIN_BITS) === FIN_BITS) return "closed";
  if ((state & (SYN_BITS | SYN_ACK_BITS)) === 0) return "midstream";
  return (state & (SYN_ACK_BITS | FLOW_BEYOND_SYN)) === 0 ? "syn" : "established";
}
