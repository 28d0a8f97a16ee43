/**
 * The attempts that are Apple's, put together by who tried what: a client, an address and port, a name. Strangers can make
 * up as many as they like, so there is a most of them, and what is beyond it is counted.
 */
import type { Evidence, FlowClass } from "../../evidence/attribution/evidence.ts";
import type { FlowReport } from "../flow-report.ts";
import type { AttemptVerdict, ListedProduct, ReachTarget } from "./reach-report.ts";

/** Targets told apart at most. */
const MAX_TARGETS = 20_000;
/** Codes of ICMP, and hosts that send it, named for one target at most. */
const MAX_NAMED = 8;

/** What one attempt adds to its target. */
export interface TargetAttempt {
  readonly flow: FlowReport;
  /** Server name, or the name that DNS had been asked for last; null where nothing is known. */
  readonly name: string | null;
  readonly isListed: boolean;
  /** As {@link ReachTarget.listedFor}. */
  readonly listedFor: readonly ListedProduct[];
  readonly syns: number;
  /** In words, or null where ICMP said nothing. */
  readonly unreachable: string | null;
  readonly reporter: string | null;
  readonly alert: ReachTarget["alert"];
  readonly closedBy: ReachTarget["closedBy"];
  readonly http: ReachTarget["http"];
  readonly zeroWindow: boolean;
  readonly shortestRepeat: number | null;
}

/** A target while it is counted: that of the report but for what follows at the end. */
export interface OpenTarget {
  readonly client: string;
  readonly transport: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  readonly name: string | null;
  products: readonly string[];
  listedFor: readonly ListedProduct[];
  class: FlowClass;
  evidence: Evidence | null;
  readonly isListed: boolean;
  readonly counts: Map<AttemptVerdict, number>;
  syns: number;
  packets: { originator: number; responder: number };
  readonly unreachable: Set<string>;
  readonly reporters: Set<string>;
  alert: ReachTarget["alert"];
  closedBy: ReachTarget["closedBy"];
  http: ReachTarget["http"];
  zeroWindow: boolean;
  shortestRepeat: number | null;
  firstSeen: string | null;
  lastSeen: string | null;
  /** Of the first attempt of each verdict. */
  readonly communityIds: Map<AttemptVerdict, string>;
}

export class ReachTargets {
  readonly #targets = new Map<string, OpenTarget>();
  /** Attempts that belong to none, as there were too many. */
  dropped = 0;

  /** Adds an attempt at the target of this key. `describe` is not called where there is no room for it. */
  add(key: string, verdict: AttemptVerdict, describe: () => TargetAttempt): void {
    let target = this.#targets.get(key);
    if (target === undefined && this.#targets.size >= MAX_TARGETS) {
      this.dropped++;
      return;
    }
    const attempt = describe();
    const { flow } = attempt;
    if (target === undefined) {
      target = beginTarget(attempt);
      this.#targets.set(key, target);
    }
    target.counts.set(verdict, (target.counts.get(verdict) ?? 0) + 1);
    target.syns += attempt.syns;
    target.packets.originator += flow.packets.originator;
    target.packets.responder += flow.packets.responder;
    if (attempt.unreachable !== null) addNamed(target.unreachable, attempt.unreachable);
    if (attempt.reporter !== null) addNamed(target.reporters, attempt.reporter);
    target.alert ??= attempt.alert;
    target.closedBy ??= attempt.closedBy;
    target.http ??= attempt.http;
    target.zeroWindow ||= attempt.zeroWindow;
    const { shortestRepeat: repeat } = attempt;
    if (repeat !== null) target.shortestRepeat = Math.min(target.shortestRepeat ?? repeat, repeat);
    if (flow.start !== null && (target.firstSeen === null || flow.start < target.firstSeen)) {
      target.firstSeen = flow.start;
    }
    if (flow.end !== null && (target.lastSeen === null || flow.end > target.lastSeen)) {
      target.lastSeen = flow.end;
    }
    if (!target.communityIds.has(verdict)) target.communityIds.set(verdict, flow.communityId);
    if (isNarrower(flow, target)) {
      target.products = flow.products;
      target.listedFor = attempt.listedFor;
      target.class = flow.class;
      target.evidence = flow.evidence;
    }
  }

  /** The same once more. */
  copy(): ReachTargets {
    const copy = new ReachTargets();
    copy.dropped = this.dropped;
    for (const [key, target] of this.#targets) {
      copy.#targets.set(key, {
        ...target,
        counts: new Map(target.counts),
        packets: { ...target.packets },
        unreachable: new Set(target.unreachable),
        reporters: new Set(target.reporters),
        communityIds: new Map(target.communityIds),
      });
    }
    return copy;
  }

  /** All targets, in the order in which they were met. */
  list(): readonly OpenTarget[] {
    return [...this.#targets.values()];
  }
}

function beginTarget({ flow, name, isListed, listedFor }: TargetAttempt): OpenTarget {
  return {
    client: flow.originator.address,
    transport: flow.transport,
    address: flow.responder.address,
    port: flow.servicePort ?? flow.responder.port,
    name,
    products: flow.products,
    listedFor,
    class: flow.class,
    evidence: flow.evidence,
    isListed,
    counts: new Map(),
    syns: 0,
    packets: { originator: 0, responder: 0 },
    unreachable: new Set(),
    reporters: new Set(),
    alert: null,
    closedBy: null,
    http: null,
    zeroWindow: false,
    shortestRepeat: null,
    firstSeen: flow.start,
    lastSeen: flow.end,
    communityIds: new Map(),
  };
}

function addNamed(set: Set<string>, text: string): void {
  if (set.size < MAX_NAMED) set.add(text);
}

/** A flow that was cut short may not have told what another one of the same target has. */
function isNarrower(flow: FlowReport, { products }: OpenTarget): boolean {
  return flow.products.length > 0 && (products.length === 0 || flow.products.length < products.length);
}
