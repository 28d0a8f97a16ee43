/**
 * Determines the possible products of a flow from its service port and other observations (docs/contract.md, "From port to
 * candidates" and "How a thing is known").
 */
import type { DocumentedMatch } from "../../knowledge/evidence/documented-networks.ts";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ServiceRow } from "../../knowledge/port-list/service-row.ts";
import type { PortMatch, ServiceTable, TransportIndex } from "../../knowledge/port-list/service-table.ts";
import { type FlowFacts, isCommon } from "../observation/flow-facts.ts";
import type { FirstBytes } from "../observation/recognised-flows.ts";
import { type Announcer, findAnnouncer, inherit } from "./announced-flow.ts";
import type { Attribution } from "./evidence.ts";
import { FactMeanings } from "./fact-meanings.ts";
import { byStrength, findEvidence, findSigns } from "./find-evidence.ts";
import { fitEnds } from "./fit-ends.ts";
import { withoutProducts } from "./port-attribution.ts";
import { type PortKey, PortKeys } from "./port-keys.ts";
import { ProductTimes } from "./product-times.ts";
import { fitNothing, fitRows, type RowFit } from "./row-fit.ts";
import { type SpokenProtocol, spokenOf } from "./spoken-protocol.ts";
import { type WeighedEvidence, weighEvidence } from "./weigh-evidence.ts";

/** An explanation: the matching rows of the port, the findings, and the result. */
export interface Explanation extends WeighedEvidence {
  readonly match: PortMatch;
  /** null if the payload was not recognised. */
  readonly spoken: SpokenProtocol | null;
  /** Service class in Apple's numbering (800 interactive voice), which proves nothing; null if not recorded. */
  readonly serviceClass: number | null;
}

/** Input of attribution: the flow's own ends, and the observations. */
export interface FlowToAttribute {
  readonly transport: TransportIndex;
  /** The service port; null if the serving side is unknown. */
  readonly servicePort: number | null;
  /** Start of the flow, in seconds since 1970, or `NO_TIME`. */
  readonly startSeconds: number;
  /** Handshakes with the same names should be the same object. */
  readonly facts: FlowFacts;
  /** Documented network of the service's address and port; null if there is none, or a name was seen. */
  readonly documented: DocumentedMatch | null;
  /** The session that announced one of its ports; null or absent: none. */
  readonly announcer?: Announcer | null;
}

type CommonAnswers = Map<PortKey, Attribution>;
/** Answers for the time between two dates on which products were introduced or closed. */
class PeriodAnswers {
  /** By the documented network of the address (null: none): answers for the facts of most flows (`commonFacts`). */
  readonly common = new Map<DocumentedMatch | null, Map<FlowFacts, CommonAnswers>>();
  readonly byFacts = new Map<PortMatch, Map<string, Attribution>>();
}

/** Attributes flows. Equal answers are the same object, so they can be compared and counted by identity. */
export class Attributor {
  readonly #services: ServiceTable;
  readonly #rules: EvidenceRules | null;
  readonly #times: ProductTimes;
  readonly #periods = new Map<number, PeriodAnswers>();
  readonly #byContent = new Map<string, Attribution>();
  readonly #portKeys = new PortKeys();
  readonly #numbers = new Map<Product, number>();
  readonly #meanings: FactMeanings | null;
  /** Period of the previous flow, which is nearly always that of the next one. */
  #period: PeriodAnswers;
  #periodNumber: number;
  #cached = 0;
  readonly #maxAnswers: number;
  /** Flows whose products were dropped, as the limit of distinct answers was reached. */
  dropped = 0;

  /** @param rules null: only the port counts, at any time */
  constructor(services: ServiceTable, rules: EvidenceRules | null, maxAnswers = MAX_ANSWERS) {
    this.#maxAnswers = maxAnswers;
    this.#services = services;
    this.#rules = rules;
    this.#meanings = rules && new FactMeanings(rules, (product) => this.#numberOf(product));
    this.#times = new ProductTimes(rules === null ? [] : [...services.products, ...rules.products]);
    this.#periodNumber = this.#times.periodOf(0);
    this.#period = this.#answersOf(this.#periodNumber);
  }

  /** Returns the answer for a flow; called at most once per flow, never per packet. */
  attribute(flow: FlowToAttribute): Attribution {
    const { transport, servicePort: port, facts, startSeconds, documented } = flow;
    const match = this.#services.lookup(transport, port);
    if (flow.announcer) return this.#intern(this.#weigh(match, flow).attribution);
    const period = this.#times.periodOf(startSeconds);
    if (period !== this.#periodNumber) {
      this.#periodNumber = period;
      this.#period = this.#answersOf(period);
    }
    const commonAnswers = isCommon(facts) ? this.#commonAnswersOf(facts, documented) : null;
    if (commonAnswers !== null) {
      const other = this.#services.lookup(transport === 0 ? 1 : 0, port);
      const portKey = this.#portKeys.of(match, other, this.#isInfrastructure(transport, port));
      return commonAnswers.get(portKey) ?? this.#decideCommon(match, flow, commonAnswers, portKey);
    }
    const answers = this.#answersFor(match);
    // All ports without a row share one match, but the row of the other transport may have a label for some of them.
    const ofPort = match.match === "none" ? `${port} ` : this.#isInfrastructure(transport, port) ? "i " : "";
    const key = `${ofPort}${documented?.rule ?? ""} ${this.#keyOf(facts)}`;
    let attribution = answers.get(key);
    if (attribution === undefined) {
      attribution = this.#intern(this.#weigh(match, flow).attribution);
      answers.set(key, attribution);
      this.#cached++;
    }
    return attribution;
  }

  /**
   * Returns the same answer, with everything that led to it.
   *
   * @param applePrefix the Apple prefix that contains the address, or null
   * @param originator the side (`Side`) that began the flow
   * @param first the bytes by which the protocol was recognised, or null
   * @param serviceClass 0: not recorded
   */
  explain(
    flow: FlowToAttribute,
    applePrefix: string | null,
    originator: number,
    first: FirstBytes | null = null,
    serviceClass = 0,
  ): Explanation {
    const { facts, transport, servicePort } = flow;
    const match = this.#services.lookup(transport, servicePort);
    const weighed = this.#weigh(match, flow, applePrefix);
    const spoken = spokenOf(facts, this.#fit(match, facts), originator, first);
    return { match, spoken, serviceClass: serviceClass || null, ...weighed };
  }

  #commonAnswersOf(facts: FlowFacts, documented: DocumentedMatch | null): CommonAnswers {
    const { common } = this.#period;
    let byFacts = common.get(documented);
    if (byFacts === undefined) {
      byFacts = new Map();
      common.set(documented, byFacts);
    }
    let answers = byFacts.get(facts);
    if (answers === undefined) {
      answers = new Map();
      byFacts.set(facts, answers);
    }
    return answers;
  }

  /** There are at most as many distinct answers as matches in the list, so all are kept. */
  #decideCommon(match: PortMatch, flow: FlowToAttribute, answers: CommonAnswers, key: PortKey): Attribution {
    const attribution = this.#intern(this.#weigh(match, flow).attribution);
    answers.set(key, attribution);
    return attribution;
  }

  #weigh(match: PortMatch, flow: FlowToAttribute, applePrefix: string | null = null): WeighedEvidence {
    const { transport, servicePort: port, facts, startSeconds, documented, announcer } = flow;
    const rules = this.#rules;
    const fit = this.#fit(match, facts);
    const findings =
      rules === null
        ? []
        : [
            ...findSigns(fit, facts.recognition, rules),
            ...findEvidence(facts, rules, applePrefix, documented),
          ];
    if (announcer) findings.push(findAnnouncer(announcer));
    const weighed = weighEvidence(
      {
        match,
        fit,
        otherTransport: this.#services.lookup(transport === 0 ? 1 : 0, port),
        isInfrastructure: this.#isInfrastructure(transport, port),
        isNameRefuted: facts.isNameRefuted,
        isOriginatorApple: facts.isAppleOriginator,
        areEndsOfOtherVendors: facts.ends.client === false && facts.ends.server === false,
        isAlive: (product) => this.#times.isAlive(product, startSeconds),
      },
      findings.sort(byStrength),
    );
    return announcer ? inherit(weighed, announcer, match) : weighed;
  }

  #isInfrastructure(transport: TransportIndex, port: number | null): boolean {
    return port !== null && (this.#rules?.infrastructure.has(transport, port) ?? false);
  }

  #fit(match: PortMatch, facts: FlowFacts): RowFit {
    if (this.#rules === null) return fitNothing(match);
    const protocolsOf = (row: ServiceRow) => this.#services.protocolsOf(row);
    return fitEnds(match, fitRows(match, facts, protocolsOf), facts.ends, protocolsOf);
  }

  #answersOf(period: number): PeriodAnswers {
    let answers = this.#periods.get(period);
    if (answers === undefined) {
      answers = new PeriodAnswers();
      this.#periods.set(period, answers);
    }
    return answers;
  }

  /** Strangers choose the facts, so the cache is bounded. */
  #answersFor(match: PortMatch): Map<string, Attribution> {
    if (this.#cached >= MAX_CACHED || (this.#meanings !== null && this.#meanings.size >= MAX_CACHED)) {
      for (const { byFacts } of this.#periods.values()) byFacts.clear();
      this.#meanings?.clear();
      this.#cached = 0;
    }
    let answers = this.#period.byFacts.get(match);
    if (answers === undefined) {
      answers = new Map();
      this.#period.byFacts.set(match, answers);
    }
    return answers;
  }

  /**
   * Interns answers: one object for each. Strangers can produce any set of products by mixing Apple names: beyond the limit,
   * the answer is Apple's without a product.
   */
  #intern(attribution: Attribution): Attribution {
    const { products, candidates, offList, hints, label, evidence, reason, protocol } = attribution;
    const numbers = (list: readonly Product[]) => list.map((one) => this.#numberOf(one)).join(" ");
    const { isUnverified, isElsewhere, protocolSeen } = attribution;
    const flags = `${isUnverified ? "u" : ""}${isElsewhere ? "e" : ""}${protocolSeen ? "s" : ""}`;
    const lists = [products, candidates, offList, hints, label === null ? [] : [label]];
    const key = `${attribution.class} ${evidence} ${reason} ${protocol} ${flags} ${lists.map(numbers).join("/")}`;
    const known = this.#byContent.get(key);
    if (known !== undefined) return known;
    if (this.#byContent.size >= this.#maxAnswers && products.length > 0) {
      this.dropped++;
      return this.#intern({ ...withoutProducts("apple", evidence, null, null), protocol });
    }
    this.#byContent.set(key, Object.freeze(attribution));
    return attribution;
  }

  #numberOf(product: Product): number {
    let number = this.#numbers.get(product);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(product, number);
    }
    return number;
  }

  /** Differs for facts that may have different answers. */
  #keyOf(facts: FlowFacts): string {
    const { announcedType, recognition } = facts;
    const end = facts.isAppleAddress ? "a" : facts.isAppleOriginator ? "o" : "";
    const spoken = recognition === null ? "" : `${recognition.protocol}/${recognition.sign ?? ""}/`;
    const flags = `${facts.isNameRefuted ? "r" : ""}${announcedType === null ? "" : "m"}${facts.multicastSender ?? ""}${facts.ends.index}${facts.isBeginning ? "b" : ""}`;
    return `${spoken}${end}${flags}${this.#meanings?.keyOf(facts) ?? ""}`;
  }
}

const MAX_CACHED = 65_536;

/** A few hundred occur on a busy day. */
const MAX_ANSWERS = 16_384;
