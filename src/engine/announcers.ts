/**
 * Sessions that announced ports of other flows, with what they are attributed to: a live one as it would be if it ended now, one that
 * has ended as it was then.
 */
import type { Announcer } from "../evidence/attribution/announced-flow.ts";
import type { AnnouncedEnd } from "../evidence/observation/announced-ports.ts";
import type { AnnouncingSessions } from "../evidence/observation/announcing-sessions.ts";
import type { FlowView } from "../flows/flow-view.ts";
import { NO_TIME } from "../net/moment.ts";
import type { AttributedFlow } from "../reports/collector.ts";
import { communityIdOf } from "../reports/flow-report.ts";

const NANO = 1e-9;

/** Shows the flow in its view's record, without regard to who may have announced it in turn. */
export interface AnnouncingFlow {
  readonly flow: FlowView;
  show(flow: FlowView): AttributedFlow;
}

type KnownAnnouncer = Omit<Announcer, "isDirectory">;

export class Announcers {
  readonly #sessions: AnnouncingSessions;
  readonly #flow: AnnouncingFlow;
  /** Of sessions that have ended, as long as an announcement of theirs is kept. */
  readonly #ended = new WeakMap<object, KnownAnnouncer>();

  constructor(sessions: AnnouncingSessions, flow: AnnouncingFlow) {
    this.#sessions = sessions;
    this.#flow = flow;
  }

  /** Which end of a flow (borrowed for the call) was announced; null where none was. */
  endOf(flow: FlowView): AnnouncedEnd | null {
    return this.#sessions.ports.find(flow);
  }

  /** Who announced it; null where that is no longer known. */
  of({ session, holds }: AnnouncedEnd): Announcer | null {
    const known = this.#ended.get(session) ?? (session.entry === 0 ? undefined : this.#live(session.entry));
    return known === undefined ? null : { ...known, isDirectory: holds === "service" };
  }

  #live(record: number): KnownAnnouncer {
    const { flow } = this.#flow;
    flow.record = record;
    return describe(this.#flow.show(flow));
  }

  /** A flow (borrowed for the call) has ended. */
  end(shown: AttributedFlow): void {
    const { flow } = shown;
    const session = this.#sessions.of(flow.record);
    if (session === null) return;
    this.#ended.set(session, describe(shown));
    session.lastTime =
      flow.lastSeconds === NO_TIME ? NO_TIME : flow.lastSeconds + flow.lastNanoseconds * NANO;
  }
}

function describe({ attribution, flow }: AttributedFlow): KnownAnnouncer {
  return { attribution, communityId: communityIdOf(flow) };
}
