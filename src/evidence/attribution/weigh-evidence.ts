/** From the candidates of a port and further evidence to what remains. Pure (docs/contract.md, "What evidence decides"). */
import type { Product } from "../../knowledge/port-list/product.ts";
import { NO_SERVICE_SIDE, type PortMatch } from "../../knowledge/port-list/service-table.ts";
import type { Attribution, Evidence, Finding, FindingEffect, WeighedFinding } from "./evidence.ts";

/** An attribution with what each finding had to do with it. */
export interface WeighedEvidence {
  readonly attribution: Attribution;
  readonly findings: readonly WeighedFinding[];
}

/**
 * Weighs findings, strongest first. Products that a finding names narrow those of weaker evidence where the two
 * overlap; where they do not, the stronger evidence wins. What evidence names is taken whole: the port's row never
 * removes a product, and the flow is off the list where it lacks one. Findings without a product only take away from the
 * port's candidates: the generic ones ("TLS websites") where something is known to be Apple's, all others where it is
 * known not to be.
 */
export function weighEvidence(match: PortMatch, findings: readonly Finding[]): WeighedEvidence {
  const weighed: WeighedFinding[] = [];
  let named: readonly Product[] | null = null;
  let grade: Evidence | null = null;
  for (const finding of findings) {
    const { verdict } = finding;
    let effect: FindingEffect = "none";
    if (verdict.says === "products") {
      if (named === null) {
        named = verdict.products;
        grade = finding.grade;
        effect = "decided";
      } else {
        const common: readonly Product[] = intersect(named, verdict.products);
        if (common.length === 0) effect = "contradicted";
        else {
          effect = common.length < named.length ? "narrowed" : "confirmed";
          named = common;
        }
      }
    } else if (named !== null && verdict.says !== "nothing") {
      effect = (verdict.says === "apple") === named.every(isApples) ? "confirmed" : "contradicted";
    }
    weighed.push({ ...finding, effect });
  }
  if (named === null || grade === null) return withoutProducts(match, weighed);
  const isOffList = named.some((product) => !match.products.includes(product));
  return {
    attribution: { candidates: inOrderOf(match, named), evidence: grade, reason: null, isOffList },
    findings: weighed,
  };
}

/** The port's candidates, less what findings that name no product take away. The strongest that says something counts. */
function withoutProducts(match: PortMatch, findings: readonly WeighedFinding[]): WeighedEvidence {
  const index = findings.findIndex(({ verdict }) => verdict.says === "apple" || verdict.says === "not-apple");
  const byPort = attributeByPort(match);
  if (index < 0) return { attribution: byPort, findings };
  const finding = findings[index];
  const saysApple = finding.verdict.says === "apple";
  const remaining = match.products.filter((product) => isApples(product) === saysApple);
  let attribution: Attribution = byPort;
  let effect: FindingEffect = "none";
  if (remaining.length === match.products.length && remaining.length > 0) effect = "confirmed";
  else if (remaining.length > 0) {
    attribution =
      match.match === "wide"
        ? wideRangeOnly(remaining)
        : { candidates: remaining, evidence: finding.grade, reason: null, isOffList: false };
    effect = "narrowed";
  } else if (!saysApple) {
    attribution = { candidates: [], evidence: null, reason: "not-apple", isOffList: false };
    effect = "decided";
  } else if (match.products.length > 0) effect = "contradicted";
  const others = (says: string): FindingEffect =>
    says === "nothing" ? "none" : says === finding.verdict.says ? "confirmed" : "contradicted";
  return {
    attribution,
    findings: findings.map((one, i) => ({ ...one, effect: i === index ? effect : others(one.verdict.says) })),
  };
}

/** What the list alone says of a port. */
export function attributeByPort(match: PortMatch): Attribution {
  if (match === NO_SERVICE_SIDE) return unattributed("side-unknown");
  if (match.match === "none") return unattributed("port-not-listed");
  if (match.products.length === 0) return unattributed("no-product-listed");
  if (match.match === "wide") return wideRangeOnly(match.products);
  return { candidates: match.products, evidence: "port", reason: null, isOffList: false };
}

function unattributed(reason: "side-unknown" | "port-not-listed" | "no-product-listed"): Attribution {
  return { candidates: [], evidence: null, reason, isOffList: false };
}

function wideRangeOnly(candidates: readonly Product[]): Attribution {
  return { candidates, evidence: "port-range", reason: "wide-range-only", isOffList: false };
}

/** The products of the port's rows first, in the list's order; then the others, as the evidence names them. */
function inOrderOf(match: PortMatch, named: readonly Product[]): readonly Product[] {
  const listed = intersect(match.products, named);
  return listed.length === named.length
    ? listed
    : [...listed, ...named.filter((product) => !match.products.includes(product))];
}

function isApples(product: Product): boolean {
  return product.kind === "apple";
}

function intersect(a: readonly Product[], b: readonly Product[]): readonly Product[] {
  return a.filter((product) => b.includes(product));
}
