/** Derives the state of a flow's TCP connection from the bits of its state word (`packets/kernel/layout.ts`). */

import { TCP_ACK, TCP_RST, TCP_SYN } from "../net/tcp-flags.ts";
import {
  FLOW_BEYOND_SYN,
  FLOW_FINS,
  FLOW_REFUSED,
  FLOW_RESET,
  FLOW_SYN,
  FLOW_SYN_ACK,
} from "../packets/kernel/layout.ts";

/** Whether a segment opens a new connection: SYN without ACK. */
export function isOpening(flags: number): boolean {
  return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN;
}

/** Progress of a TCP connection, as far as seen (docs/contract.md, "Flow"). */
export type TcpState = "syn" | "established" | "closed" | "reset" | "refused" | "midstream";

/** Summarizes a state word. The end takes precedence over the beginning: a midstream flow that closes is closed. */
export function tcpStateOf(state: number): TcpState {
  if ((state & FLOW_REFUSED) !== 0) return "refused";
  if ((state & FLOW_RESET) !== 0) return "reset";
  if ((state & FLOW_FINS) === FLOW_FINS) return "closed";
  if ((state & (FLOW_SYN | FLOW_SYN_ACK)) === 0) return "midstream";
  return (state & (FLOW_SYN_ACK | FLOW_BEYOND_SYN)) === 0 ? "syn" : "established";
}
