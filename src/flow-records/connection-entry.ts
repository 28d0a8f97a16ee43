/** Makes the entry of a connection that a program tracked itself: the first end it names is the originator. */
import type { RecordedEnd } from "../flows/flow-record.ts";
import { Transport } from "../flows/flow-view.ts";
import type { Moment } from "../net/moment.ts";
import { TCP_SYN } from "../net/tcp-flags.ts";
import type { FlowEntry } from "./log-entry.ts";
import { protocolOf } from "./log-protocols.ts";

/** The program's data on it. */
export interface TrackedConnection {
  readonly id: string | null;
  /** Protocols it recognized in the payload, by its own names. */
  readonly services: readonly string[];
  readonly isUdp: boolean;
  readonly originator: RecordedEnd;
  readonly responder: RecordedEnd;
  readonly start: Moment;
  readonly end: Moment;
}

/** Returns the entry, owned by the caller. */
export function connectionEntry(connection: TrackedConnection): FlowEntry {
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
