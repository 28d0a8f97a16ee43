/**
 * Sessions that announced ports of other flows, with their attribution: a live one's as if it ended now, an ended one's
 * as it was when it ended.
 */
import type { Announcer } from "../evidence/attribution/announced-flow.ts";
import type { AnnouncedEnd } from "../evidence/observation/announced-ports.ts";
import type { AnnouncingSessions } from "../evidence/observation/announcing-sessions.ts";
import type { FlowView } from "../flows/flow-view.ts";
import { NO_TIME } from "../net/moment.ts";
import type { AttributedFlow } from "../reports/collector.ts";
import { communityIdOf } from "../reports/flow-report.ts";

const NANO = 1e-9;

/** Shows the flow in its view's record, ignoring any announcement of it. */
export interface AnnouncingFlow {
  readonly flow: FlowView;
  show(flow: FlowView): AttributedFlow;
}

type KnownAnnouncer = Omit<Announcer, "isDirectory">;

export class Announcers {
  readonly #sessions: AnnouncingSessions;
  readonly #flow: AnnouncingFlow;
  /** Of ended sessions, for as long as an announcement of theirs is kept. */
  readonly #ended = new WeakMap<object, KnownAnnouncer>();

  constructor(sessions: AnnouncingSessions, flow: AnnouncingFlow) {
    this.#sessions = sessions;
    this.#flow = flow;
  }

  /** The announced end of a flow (borrowed for the call); null if none was. */
  endOf(flow: FlowView): AnnouncedEnd | null {
    return this.#sessions.ports.find(flow);
  }

  /** The session that announced it; null if no longer known. */
  of({ session, holds }: AnnouncedEnd): Announcer | null {
    const known = this.#ended.get(session) ?? (session.entry === 0 ? undefined : this.#live(session.entry));
    return known === undefined ? null : { ...known, isDirectory: holds === "service" };
  }

  #live(record: number): KnownAnnouncer {
    const { flow } = this.#flow;
    flow.entry = record;
    return describe(this.#flow.show(flow));
  }

  /** A flow (borrowed for the call) has ended. */
  end(shown: AttributedFlow): void {
    const { flow } = shown;
    const session = this.#sessions.of(flow.entry);
    if (session === null) return;
    this.#ended.set(session, describe(shown));
    session.lastTime =
      flow.lastSeconds === NO_TIME ? NO_TIME : flow.lastSeconds + flow.lastNanoseconds * NANO;
  }
}

function describe({ attribution, flow }: AttributedFlow): KnownAnnouncer {
  return { attribution, communityId: communityIdOf(flow) };
}
