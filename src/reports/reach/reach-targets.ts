/**
 * Attempts that are Apple traffic, grouped by who tried what: client, address and port, name. Strangers can create any number
 * of these, so there is a limit, and attempts beyond it are counted.
 */
import type { Evidence, FlowClass } from "../../evidence/attribution/evidence.ts";
import type { FlowReport } from "../flow-report.ts";
import type { AttemptVerdict, ReachTarget } from "./reach-report.ts";

/** Maximum number of targets. */
const MAX_TARGETS = 20_000;
/** Maximum number of ICMP codes, and of their senders, named per target. */
const MAX_NAMED = 8;

/** What one attempt contributes to its target. */
export interface TargetAttempt {
  readonly flow: FlowReport;
  /** Server name, or the name last queried in DNS; null if unknown. */
  readonly name: string | null;
  readonly isListed: boolean;
  /** Products that may have made it: see {@link ReachTarget.products}. */
  readonly claimants: readonly string[];
  readonly syns: number;
  /** In words, or null if there was no ICMP message. */
  readonly unreachable: string | null;
  readonly reporter: string | null;
  readonly alert: ReachTarget["alert"];
  readonly closedBy: ReachTarget["closedBy"];
  readonly http: ReachTarget["http"];
  readonly zeroWindow: boolean;
  readonly shortestRepeat: number | null;
}

/** A target while attempts are added: like the report's, except for the fields at the end. */
export interface OpenTarget {
  readonly client: string;
  readonly transport: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  readonly name: string | null;
  products: readonly string[];
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
  /** Of the first attempt with each verdict. */
  readonly communityIds: Map<AttemptVerdict, string>;
}

export class ReachTargets {
  readonly #targets = new Map<string, OpenTarget>();
  /** Attempts beyond the limit of targets. */
  dropped = 0;

  /** Adds an attempt at the target with this key. `describe` is not called if there is no room. */
  add(key: string, verdict: AttemptVerdict, describe: () => TargetAttempt): void {
    let target = this.#targets.get(key);
    if (target === undefined && this.#targets.size >= MAX_TARGETS) {
      this.dropped++;
      return;
    }
    const attempt = describe();
    const { flow, claimants } = attempt;
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
    if (isNarrower(claimants, target)) {
      target.products = claimants;
      target.class = flow.class;
      target.evidence = flow.evidence;
    }
  }

  /** Returns a copy. */
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

  /** All targets, in order of appearance. */
  list(): readonly OpenTarget[] {
    return [...this.#targets.values()];
  }
}

function beginTarget({ flow, name, isListed, claimants }: TargetAttempt): OpenTarget {
  return {
    client: flow.originator.address,
    transport: flow.transport,
    address: flow.responder.address,
    port: flow.servicePort ?? flow.responder.port,
    name,
    products: claimants,
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

/** A flow that was cut short may lack evidence that another flow of the same target has. */
function isNarrower(claimants: readonly string[], { products }: OpenTarget): boolean {
  return claimants.length > 0 && (products.length === 0 || claimants.length < products.length);
}
