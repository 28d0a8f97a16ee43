/** The flow that a session shows to its collectors: one reused object. */
import type { Announcer } from "../evidence/attribution/announced-flow.ts";
import { applePrefixOf, documentedNetworkOf } from "../evidence/attribution/apple-address.ts";
import type { Attributor, Explanation, FlowToAttribute } from "../evidence/attribution/attribution.ts";
import type { Attribution } from "../evidence/attribution/evidence.ts";
import { OUTSIDE } from "../evidence/devices/tenancies.ts";
import type { AnnouncedEnd } from "../evidence/observation/announced-ports.ts";
import { type FlowFacts, NO_FACTS } from "../evidence/observation/flow-facts.ts";
import type { Observer } from "../evidence/observation/observer.ts";
import { type FlowView, Transport } from "../flows/flow-view.ts";
import {
  orientByDirection,
  orientByPayload,
  originatorSide,
  servicePortOf,
  serviceSide,
} from "../flows/orientation.ts";
import type { DocumentedMatch } from "../knowledge/evidence/documented-networks.ts";
import type { EvidenceRules } from "../knowledge/evidence/evidence-rules.ts";
import type { TransportIndex } from "../knowledge/port-list/service-table.ts";
import { NO_TIME } from "../net/moment.ts";
import type { AttributedFlow } from "../reports/collector.ts";
import { describeFlow, type FlowPart, type FlowReport } from "../reports/flow-report.ts";
import type { Announcers } from "./announcers.ts";

/** What flows are attributed with. */
export interface FlowJudges {
  readonly attributor: Attributor;
  readonly observer: Observer | null;
  readonly rules: EvidenceRules | null;
  /** null: announcements by sessions are ignored. */
  readonly announcers: Announcers | null;
  /** Digits of a second in displayed times, so far. */
  readonly timeDigits: () => number;
}

export class SessionFlow implements AttributedFlow, FlowToAttribute {
  flow: FlowView;
  transport: TransportIndex = Transport.TCP;
  servicePort: number | null = null;
  startSeconds: number = NO_TIME;
  oriented = 0;
  facts: FlowFacts = NO_FACTS;
  documented: DocumentedMatch | null = null;
  announcer: Announcer | null = null;
  attribution: Attribution;
  readonly #attributor: Attributor;
  readonly #observer: Observer | null;
  readonly #judges: FlowJudges;

  /** Shows `flow` first; `show` moves on to others. */
  constructor(judges: FlowJudges, flow: FlowView) {
    // Copied, as they are read for every flow that ends.
    this.#attributor = judges.attributor;
    this.#observer = judges.observer;
    this.#judges = judges;
    this.flow = flow;
    this.attribution = judges.attributor.attribute(this);
  }

  /** Shows a flow (borrowed) with its current attribution. */
  show(flow: FlowView): this {
    const announced = this.#judges.announcers?.endOf(flow) ?? null;
    const oriented = this.#orient(flow, announced);
    this.flow = flow;
    this.oriented = oriented;
    this.transport = flow.transport;
    this.servicePort = servicePortOf(flow, oriented);
    this.startSeconds = flow.firstSeconds;
    this.facts = this.#factsOf(flow, serviceSide(oriented));
    this.documented = this.#documentedOf(flow);
    this.announcer = announced === null ? null : (this.#judges.announcers?.of(announced) ?? null);
    this.attribution = this.#attributor.attribute(this);
    return this;
  }

  /** If its own payload does not show which side is the service, it is the announced one, or follows from packet direction. */
  #orient(flow: FlowView, announced: AnnouncedEnd | null): number {
    const asks = this.#observer?.recognitionOf(flow.record)?.asks ?? null;
    if (asks !== null) return orientByPayload(flow, flow.oriented, asks);
    if (announced !== null) {
      return orientByPayload(flow, flow.oriented, announced.originator, announced.service);
    }
    const own = this.#observer?.processes.ownSideOf(flow.record) ?? null;
    return own === null ? flow.oriented : orientByDirection(flow, flow.oriented, own);
  }

  tenancyAt(side: number): number {
    return this.#observer?.devices.indexAt(this.flow, side) ?? OUTSIDE;
  }

  describe(part?: FlowPart): FlowReport {
    return describeFlow(this, this.#judges.timeDigits(), (side) => this.deviceAt(side), part);
  }

  explain(): Explanation {
    const { flow, oriented, facts } = this;
    const { attributor, rules } = this.#judges;
    const prefix = facts.isAppleAddress ? applePrefixOf(flow, serviceSide(oriented), rules) : null;
    const first = this.#observer?.firstBytesOf(flow.record) ?? null;
    const serviceClass = this.#observer?.processes.serviceClassOf(flow.record);
    return attributor.explain(this, prefix, originatorSide(oriented), first, serviceClass);
  }

  deviceAt(side: number): string | null {
    return this.#observer?.devices.deviceIdOf(this.tenancyAt(side)) ?? null;
  }

  /** The documented service of the address and port, if nothing named the server. */
  #documentedOf(flow: FlowView): DocumentedMatch | null {
    const { rules } = this.#judges;
    const { facts, servicePort } = this;
    if (rules === null || servicePort === null || !facts.isAppleAddress) return null;
    const { handshake } = facts;
    const isNamed =
      handshake !== null &&
      (handshake.serverName !== null || handshake.alpn.length > 0 || handshake.certificateNames.length > 0);
    if (isNamed || facts.addressNames.length > 0) return null;
    return documentedNetworkOf(flow, serviceSide(this.oriented), servicePort, rules);
  }

  /** If the service side is unknown, it is the side with known facts. */
  #factsOf(flow: FlowView, service: number): FlowFacts {
    const observer = this.#observer;
    if (observer === null) return NO_FACTS;
    const facts = observer.factsOf(flow, service);
    if (this.servicePort !== null || facts.isAppleAddress || facts.addressNames.length > 0) return facts;
    const others = observer.factsOf(flow, 1 - service);
    return others.isAppleAddress || others.addressNames.length > 0 ? others : facts;
  }
}
