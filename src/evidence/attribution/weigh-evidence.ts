/**
 * Determines the class from the candidates of a port and further evidence. Pure (docs/contract.md, "Classes", "What evidence
 * decides").
 */
import type { Product } from "../../knowledge/port-list/product.ts";
import type { PortMatch } from "../../knowledge/port-list/service-table.ts";
import type { Attribution, Evidence, Finding, FindingEffect, WeighedFinding } from "./evidence.ts";
import { attributeByPort, isAppleProduct, portCandidates, withoutProducts } from "./port-attribution.ts";
import type { RowFit } from "./row-fit.ts";

/** An attribution with the effect of each finding. */
export interface WeighedEvidence {
  readonly attribution: Attribution;
  readonly findings: readonly WeighedFinding[];
}

/** Input of attribution besides the findings. */
export interface FlowPort {
  /** The list's match for the service port. */
  readonly match: PortMatch;
  /** How the payload fits the match. */
  readonly fit: RowFit;
  /** The list's match for the same port of the other transport: websites of the list are on 443/udp, too. */
  readonly otherTransport: PortMatch;
  /** DNS, DHCP and the like: the sending process means nothing. */
  readonly isInfrastructure: boolean;
  /** The capture's DNS answers have other addresses for the server name. */
  readonly isNameRefuted: boolean;
  /** The originator has an address in Apple's networks. */
  readonly isOriginatorApple: boolean;
  /** The devices at both ends are known to be of other vendors. */
  readonly areEndsOfOtherVendors: boolean;
  /** Whether a product existed when the flow began: it had been introduced, and its servers were not shut down. */
  readonly isAlive: (product: Product) => boolean;
}

/** Grades of names of the server, strongest first: a stronger one overrides weaker ones. */
const SERVER_NAMES: ReadonlySet<Evidence> = new Set(["certificate", "server-name", "name"]);

/** The products that evidence names. */
interface Named {
  readonly products: readonly Product[];
  readonly grade: Evidence;
}

/**
 * Weighs findings, strongest first. The products that they name are taken as they are: the list never removes any of them. A
 * weaker finding narrows a stronger one if both overlap. A finding that says "not Apple's" removes the port's Apple
 * candidates, but never overrides one that shows Apple at the other end.
 */
export function weighEvidence(port: FlowPort, findings: readonly Finding[]): WeighedEvidence {
  const effective = dropOutrankedNames(port.isInfrastructure ? findings.map(withoutProcess) : findings);
  const isAppleEnd = effective.some(({ end }) => end === "apple");
  const isForeignEnd = !isAppleEnd && effective.some(({ end }) => end === "other");
  const effects: FindingEffect[] = effective.map(() => "none");
  const named = nameProducts(port, effective, { isAppleEnd, isForeignEnd }, effects);
  const { protocol, isSeen: protocolSeen, hints } = port.fit;
  const attribution = {
    ...attributionOf(port, effective, named, { isAppleEnd, isForeignEnd }),
    protocol,
    protocolSeen,
    hints,
  };
  for (const [i, finding] of effective.entries()) {
    if (effects[i] === "none") effects[i] = effectOf(finding, attribution);
  }
  return { attribution, findings: findings.map((finding, i) => ({ ...finding, effect: effects[i] })) };
}

interface Ends {
  readonly isAppleEnd: boolean;
  readonly isForeignEnd: boolean;
}

const NO_MEANING = { verdict: Object.freeze({ says: "nothing" }), end: null } as const;

/** Removes the meaning of the process, as infrastructure serves all processes. */
function withoutProcess(finding: Finding): Finding {
  return finding.grade === "process" ? { ...finding, ...NO_MEANING } : finding;
}

/** Once the strongest name shows the owner of the server, weaker names of the same server add nothing. */
function dropOutrankedNames(findings: readonly Finding[]): readonly Finding[] {
  const strongest = findings.find(({ grade, end }) => SERVER_NAMES.has(grade) && end !== null);
  if (strongest === undefined) return findings;
  return findings.map((finding) => {
    const isOutranked =
      SERVER_NAMES.has(finding.grade) && finding.end !== null && finding.end !== strongest.end;
    return isOutranked ? { ...finding, ...NO_MEANING } : finding;
  });
}

/** The products that the findings name, or null. Records the effect of each finding that names products. */
function nameProducts(
  port: FlowPort,
  findings: readonly Finding[],
  { isAppleEnd, isForeignEnd }: Ends,
  effects: FindingEffect[],
): Named | null {
  let named: Named | null = null;
  for (const [i, { verdict, grade }] of findings.entries()) {
    if (verdict.says !== "products") continue;
    const possible = verdict.products.filter(
      (product) => !(isForeignEnd && grade === "process" && product.role === "service"),
    );
    const alive = possible.filter(port.isAlive);
    // The protocol itself shows a product even after its end.
    const products = alive.length === 0 && grade === "protocol" ? possible : alive;
    // A user agent identifies the program, not the owner of the server.
    const needsApple: boolean = grade === "user-agent" && named === null && !isAppleEnd;
    if (products.length === 0 || needsApple) {
      effects[i] = isForeignEnd ? "contradicted" : "none";
    } else if (named === null) {
      named = { products, grade };
      effects[i] = "decided";
    } else {
      const common: readonly Product[] = named.products.filter((product) => products.includes(product));
      if (common.length === 0) effects[i] = "contradicted";
      else if (common.length === named.products.length) effects[i] = "confirmed";
      else {
        effects[i] = "narrowed";
        named = { products: common, grade: grade === "user-agent" ? grade : named.grade };
      }
    }
  }
  return named;
}

/**
 * Whether the products that evidence names make a flow Apple's, whoever serves: all products are Apple's, or one is and the
 * evidence is an Apple process or a session. Products that software of anybody announces as well ("Printer Sharing or
 * printing to network printers") show nothing.
 */
function showsAppleFlow({ products, grade }: Named): boolean {
  return grade === "process" || grade === "announced"
    ? products.some(isAppleProduct)
    : products.every(isAppleProduct);
}

function attributionOf(
  port: FlowPort,
  findings: readonly Finding[],
  named: Named | null,
  { isAppleEnd, isForeignEnd }: Ends,
): Attribution {
  // A protocol that others implement, too, shows the product whoever uses it, but not between devices of other vendors.
  const isOtherVendorsFlow = port.areEndsOfOtherVendors && !isAppleEnd && named?.grade === "protocol";
  if (isOtherVendorsFlow) return withoutProducts("other", "protocol", "not-apple", labelOf(port));
  if (named !== null && (isAppleEnd || showsAppleFlow(named))) {
    return identified(port, named, isAppleEnd, isForeignEnd);
  }
  const appleFinding = findings.find(
    ({ verdict, end, grade }) => end === "apple" || (grade === "process" && verdict.says === "apple"),
  );
  if (appleFinding !== undefined && !isForeignEnd)
    return withoutProducts("apple", appleFinding.grade, null, null);
  if (port.isOriginatorApple && !isForeignEnd) return withoutProducts("apple", "address", null, null);
  const otherFinding = findings.find(({ verdict }) => verdict.says === "not-apple");
  if (otherFinding !== undefined)
    return withoutProducts("other", otherFinding.grade, "not-apple", labelOf(port));
  return attributeByPort(port.match, port.fit, named === null ? port.isAlive : isAmong(port, named.products));
}

function identified(
  { match, isNameRefuted, isAlive }: FlowPort,
  { products, grade }: Named,
  isAppleEnd: boolean,
  isForeignEnd: boolean,
): Attribution {
  const onList = portCandidates(match.products, isAlive).filter((product) => products.includes(product));
  // The order of off-list products must not depend on the evidence: one set, one attribution.
  const others = products.filter((product) => !onList.includes(product)).sort(byName);
  return {
    ...withoutProducts("identified", grade, null, null),
    products: [...onList, ...others],
    offList: others.filter((product) => !match.products.includes(product)),
    isUnverified: isNameRefuted && isAppleEnd && grade === "server-name",
    isElsewhere: isForeignEnd && products.every(({ role }) => role === "app"),
  };
}

function byName(one: Product, other: Product): number {
  return one.name < other.name ? -1 : 1;
}

/** If generic products that evidence names overlap with what the port allows, only these remain. */
function isAmong({ match, isAlive }: FlowPort, named: readonly Product[]): (product: Product) => boolean {
  const overlaps = match.products.some((product) => named.includes(product));
  return overlaps ? (product) => named.includes(product) : isAlive;
}

/**
 * What software of any vendor does on this port, or on the same port of the other transport, unless the payload contradicts
 * it.
 */
function labelOf({ match, fit, otherTransport }: FlowPort): Product | null {
  if (fit.isContradicted) return null;
  const { products } = match.match === "none" ? otherTransport : match;
  return products.find((product) => !isAppleProduct(product)) ?? null;
}

/** Effect of a finding without products on the result. */
function effectOf({ verdict, grade }: Finding, attribution: Attribution): FindingEffect {
  if (verdict.says !== "apple" && verdict.says !== "not-apple") return "none";
  if (attribution.class === "identified") {
    const expected = attribution.isElsewhere ? "not-apple" : "apple";
    return verdict.says === expected ? "confirmed" : "contradicted";
  }
  const expected = attribution.class === "apple" ? "apple" : "not-apple";
  if (verdict.says !== expected) return "contradicted";
  return grade === attribution.evidence ? "decided" : "confirmed";
}
