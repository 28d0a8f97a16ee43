/** What a flow has seen of TCP, as bits of its state word, and the one word that sums it up. */
import { TcpFlag } from "../decode/tcp.ts";

/** Bits of a flow's state word above its kind (`packet-batch.ts`). A and B are the flow's sides. */
export const FlowBit = {
  /** The record is in use. */
  LIVE: 1 << 2,
  /** The first packet came from B. */
  FIRST_FROM_B: 1 << 3,
  /** The first SYN without ACK: only one of the two is ever set. */
  SYN_FROM_A: 1 << 4,
  SYN_FROM_B: 1 << 5,
  /** The first SYN with ACK: only one of the two is ever set. */
  SYN_ACK_FROM_A: 1 << 6,
  SYN_ACK_FROM_B: 1 << 7,
  FIN_FROM_A: 1 << 8,
  FIN_FROM_B: 1 << 9,
  RESET: 1 << 10,
  /** A packet that is neither SYN nor RST: somebody believed in the connection. */
  BEYOND_SYN: 1 << 11,
  /** RST by the side that was asked, before anything else. */
  REFUSED: 1 << 12,
  /** A frame to everybody came from A, from B: the other side is a broadcast address. */
  BROADCAST_FROM_A: 1 << 13,
  BROADCAST_FROM_B: 1 << 14,
  /** The observer wants to see the flow's payload. */
  OBSERVED: 1 << 15,
} as const;

const SYN_BITS = FlowBit.SYN_FROM_A | FlowBit.SYN_FROM_B;
const SYN_ACK_BITS = FlowBit.SYN_ACK_FROM_A | FlowBit.SYN_ACK_FROM_B;
const FIN_BITS = FlowBit.FIN_FROM_A | FlowBit.FIN_FROM_B;
const CONTROL_FLAGS = TcpFlag.SYN | TcpFlag.FIN | TcpFlag.RST;

/** The state word after a TCP segment with these flags. `fromB` is 0 or 1. */
export function advanceTcp(state: number, flags: number, fromB: number): number {
  if ((flags & CONTROL_FLAGS) === 0) return state | FlowBit.BEYOND_SYN;
  if ((flags & TcpFlag.RST) !== 0) return advanceOnReset(state, fromB);
  if ((flags & TcpFlag.SYN) !== 0) {
    if ((flags & TcpFlag.ACK) !== 0) {
      return (state & SYN_ACK_BITS) === 0 ? state | (FlowBit.SYN_ACK_FROM_A << fromB) : state;
    }
    return (state & SYN_BITS) === 0 ? state | (FlowBit.SYN_FROM_A << fromB) : state;
  }
  return state | FlowBit.BEYOND_SYN | (FlowBit.FIN_FROM_A << fromB);
}

function advanceOnReset(state: number, fromB: number): number {
  const synFromOther = fromB === 0 ? FlowBit.SYN_FROM_B : FlowBit.SYN_FROM_A;
  const isRefused = (state & synFromOther) !== 0 && (state & (SYN_ACK_BITS | FlowBit.BEYOND_SYN)) === 0;
  return state | FlowBit.RESET | (isRefused ? FlowBit.REFUSED : 0);
}

/** Whether a segment opens a new connection: SYN without ACK. */
export function isOpening(flags: number): boolean {
  return (flags & (TcpFlag.SYN | TcpFlag.ACK | TcpFlag.RST)) === TcpFlag.SYN;
}

/** Whether the connection is over: reset, or both sides have sent FIN. */
export function isClosed(state: number): boolean {
  return (state & FlowBit.RESET) !== 0 || (state & FIN_BITS) === FIN_BITS;
}

/** How far a TCP connection was seen to come (contract, section 8). */
export type TcpState = "syn" | "established" | "closed" | "reset" | "refused" | "midstream";

/** Sums a state word up. Its end counts for more than its beginning: a midstream flow that closes is closed. */
export function tcpStateOf(state: number): TcpState {
  if ((state & FlowBit.REFUSED) !== 0) return "refused";
  if ((state & FlowBit.RESET) !== 0) return "reset";
  if ((state & FIN_BITS) === FIN_BITS) return "closed";
  if ((state & (SYN_BITS | SYN_ACK_BITS)) === 0) return "midstream";
  return (state & (SYN_ACK_BITS | FlowBit.BEYOND_SYN)) === 0 ? "syn" : "established";
}
