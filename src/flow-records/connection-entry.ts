/** The entry of a connection that a program followed itself: the end that it tells of first is the one that began it. */
import type { RecordedEnd } from "../flows/flow-record.ts";
import { Transport } from "../flows/flow-view.ts";
import type { Moment } from "../net/moment.ts";
import { TCP_SYN } from "../net/tcp-flags.ts";
import type { FlowEntry } from "./log-entry.ts";
import { protocolOf } from "./log-protocols.ts";

/** What the program says of it. */
export interface FollowedConnection {
  readonly id: string | null;
  /** What it recognised in the payload, in its own words. */
  readonly services: readonly string[];
  readonly isUdp: boolean;
  readonly originator: RecordedEnd;
  readonly responder: RecordedEnd;
  readonly start: Moment;
  readonly end: Moment;
}

/** Owned by the caller. */
export function connectionEntry(connection: FollowedConnection): FlowEntry {
  const { id, services, isUdp, originator, responder, start, end } = connection;
  return {
    kind: "flow",
    time: end,
    id,
    protocol: protocolOf(services, [originator.port, responder.port], isUdp),
    record: {
      transport: isUdp ? Transport.UDP : Transport.TCP,
      originator,
      responder,
      start,
      end,
      isConnection: !isUdp && (originator.tcpFlags & TCP_SYN) !== 0,
    },
  };
}
