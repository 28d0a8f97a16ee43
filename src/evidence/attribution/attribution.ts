/**
 * From a flow's service port, and what else was seen of it, to the products that may be behind it
 * (docs/contract.md, "From port to candidates" and "How a thing is known").
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
import { type PortAlike, PortAnswers } from "./port-answers.ts";
import { withoutProducts } from "./port-attribution.ts";
import { ProductTimes } from "./product-times.ts";
import { fitNothing, fitRows, type RowFit } from "./row-fit.ts";
import { type SpokenProtocol, spokenOf } from "./spoken-protocol.ts";
import { type WeighedEvidence, weighEvidence } from "./weigh-evidence.ts";

/** An explanation: the rows that the port matched, what was found, and what came of it. */
export interface Explanation extends WeighedEvidence {
  readonly match: PortMatch;
  /** null where the payload was not recognised. */
  readonly spoken: SpokenProtocol | null;
  /** The class of service as Apple numbers it (800 interactive voice), which proves nothing; null where none is told. */
  readonly serviceClass: number | null;
}

/** What attribution goes by: the flow's own ends, and what was observed of it. */
export interface FlowToAttribute {
  readonly transport: TransportIndex;
  /** The service port; null where nothing says which side serves. */
  readonly servicePort: number | null;
  /** When the flow began, in seconds since 1970, or `NO_TIME`. */
  readonly startSeconds: number;
  /** Handshakes that named the same should be the same object. */
  readonly facts: FlowFacts;
  /** What is documented of the service's address and port; null where nothing is, or a name was seen. */
  readonly documented: DocumentedMatch | null;
  /** Which session announced one of its ports; null or nothing: none did. */
  readonly announcer?: Announcer | null;
}

type PlainAnswers = Map<PortAlike, Attribution>;
/** Of the time between two days on which a product began or closed. */
class PeriodAnswers {
  /** For what is known of most flows (`commonFacts`), and where something is documented of the address, by that. */
  readonly plain = new Map<DocumentedMatch | null, Map<FlowFacts, PlainAnswers>>();
  readonly byFacts = new Map<PortMatch, Map<string, Attribution>>();
}

/** Attributes flows. The same answer is the same object, to be compared and counted. */
export class Attributor {
  readonly #services: ServiceTable;
  readonly #rules: EvidenceRules | null;
  readonly #times: ProductTimes;
  readonly #periods = new Map<number, PeriodAnswers>();
  readonly #byContent = new Map<string, Attribution>();
  readonly #alike = new PortAnswers();
  readonly #numbers = new Map<Product, number>();
  readonly #meanings: FactMeanings | null;
  /** That of the last flow: nearly always that of the next one. */
  #period: PeriodAnswers;
  #periodNumber: number;
  #cached = 0;
  readonly #maxAnswers: number;
  /** Flows whose products are not told: there were as many different answers as are kept. */
  dropped = 0;

  /** @param rules Null: nothing but the port counts, at any time. */
  constructor(services: ServiceTable, rules: EvidenceRules | null, maxAnswers = MAX_ANSWERS) {
    this.#maxAnswers = maxAnswers;
    this.#services = services;
    this.#rules = rules;
    this.#meanings = rules && new FactMeanings(rules, (product) => this.#numberOf(product));
    this.#times = new ProductTimes(rules === null ? [] : [...services.products, ...rules.products]);
    this.#periodNumber = this.#times.periodOf(0);
    this.#period = this.#answersOf(this.#periodNumber);
  }

  /** The answer for a flow; once per flow or less, never per packet. */
  attribute(flow: FlowToAttribute): Attribution {
    const { transport, servicePort: port, facts, startSeconds, documented } = flow;
    const match = this.#services.lookup(transport, port);
    if (flow.announcer) return this.#intern(this.#weigh(match, flow).attribution);
    const period = this.#times.periodOf(startSeconds);
    if (period !== this.#periodNumber) {
      this.#periodNumber = period;
      this.#period = this.#answersOf(period);
    }
    const plain = isCommon(facts) ? this.#plainAnswers(facts, documented) : null;
    if (plain !== null) {
      const other = this.#services.lookup(transport === 0 ? 1 : 0, port);
      const alike = this.#alike.of(match, other, this.#isInfrastructure(transport, port));
      return plain.get(alike) ?? this.#decidePlain(match, flow, plain, alike);
    }
    const answers = this.#answersFor(match);
    // All ports without a row have one match, but the other transport's row may have a label for some of them.
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
   * The same answer with all that led to it.
   *
   * @param applePrefix the one of Apple's that has the address, or null
   * @param originator the side (`Side`) that began the flow
   * @param first the bytes by which the protocol was recognised, or null
   * @param serviceClass 0: none is told
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

  #plainAnswers(facts: FlowFacts, documented: DocumentedMatch | null): PlainAnswers {
    const { plain } = this.#period;
    let byFacts = plain.get(documented);
    if (byFacts === undefined) {
      byFacts = new Map();
      plain.set(documented, byFacts);
    }
    let answers = byFacts.get(facts);
    if (answers === undefined) {
      answers = new Map();
      byFacts.set(facts, answers);
    }
    return answers;
  }

  /** As few different ones as the list has matches, so that they are all kept. */
  #decidePlain(match: PortMatch, flow: FlowToAttribute, plain: PlainAnswers, alike: PortAlike): Attribution {
    const attribution = this.#intern(this.#weigh(match, flow).attribution);
    plain.set(alike, attribution);
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
        isOriginatorApples: facts.isAppleOriginator,
        areEndsAnothers: facts.ends.client === false && facts.ends.server === false,
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

  /** Strangers choose the facts: what is remembered of them is bounded. */
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
   * One object for each answer. Whoever sends answers with made-up mixtures of Apple's names can make any set of products: beyond
   * the limit it is Apple's without a product.
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

  /** Different for facts that may have different answers. */
  #keyOf(facts: FlowFacts): string {
    const { announcedType, recognition } = facts;
    const end = facts.isAppleAddress ? "a" : facts.isAppleOriginator ? "o" : "";
    const spoken = recognition === null ? "" : `${recognition.protocol}/${recognition.sign ?? ""}/`;
    const flags = `${facts.isNameRefuted ? "r" : ""}${announcedType === null ? "" : "m"}${facts.multicastSender ?? ""}${facts.ends.index}${facts.isBeginning ? "b" : ""}`;
    return `${spoken}${end}${flags}${this.#meanings?.keyOf(facts) ?? ""}`;
  }
}

const MAX_CACHED = 65_536;

/** Some hundred occur in a busy day. */
const MAX_ANSWERS = 16_384;
