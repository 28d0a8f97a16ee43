/** Findings, products and ports for tests of weighing evidence. */
import type { Finding, FindingVerdict } from "../../src/evidence/attribution/evidence.ts";
import { fitNothing } from "../../src/evidence/attribution/row-fit.ts";
import { type FlowPort, weighEvidence } from "../../src/evidence/attribution/weigh-evidence.ts";
import type { Product } from "../../src/knowledge/port-list/product.ts";
import type { PortMatch } from "../../src/knowledge/port-list/service-table.ts";

export function product(name: string, some: Partial<Product> = {}): Product {
  return {
    name,
    kind: "apple",
    role: "service",
    aliases: [],
    family: "Family",
    begun: null,
    ended: null,
    begunAtSeconds: null,
    closedAtSeconds: null,
    isListed: true,
    ...some,
  };
}

export const update = product("Software Update");
export const icloud = product("iCloud");
export const push = product("Push notifications");
export const findMy = product("Find My");
export const mail = product("Mail", { role: "app" });
export const sharing = product("Screen Sharing", { role: "local" });
export const websites = product("TLS websites", { kind: "generic", role: "app" });
export const clock = product("network time", { kind: "generic", role: "app" });

export const https: PortMatch = { rows: [], products: [update, icloud, websites], match: "specific" };
export const wide: PortMatch = { rows: [], products: [icloud], match: "wide" };
export const generic: PortMatch = { rows: [], products: [websites], match: "specific" };
export const nameless: PortMatch = { rows: [], products: [], match: "specific" };
export const none: PortMatch = { rows: [], products: [], match: "none" };

function finding(grade: Finding["grade"], verdict: FindingVerdict, end: Finding["end"]): Finding {
  return { grade, what: "something", rule: null, verdict, end };
}
/** Named by evidence that the other end is Apple's. */
export const names = (grade: Finding["grade"], ...products: Product[]) =>
  finding(grade, { says: "products", products }, "apple");
/** Named by evidence that does not show who owns the other end. */
export const speaks = (grade: Finding["grade"], ...products: Product[]) =>
  finding(grade, { says: "products", products }, null);
export const apple = (grade: Finding["grade"]) => finding(grade, { says: "apple" }, "apple");
export const notApple = (grade: Finding["grade"]) => finding(grade, { says: "not-apple" }, "other");
export const nothing = (grade: Finding["grade"]) => finding(grade, { says: "nothing" }, null);
export const appleProcess = finding("process", { says: "apple" }, null);
export const otherProcess = finding("process", { says: "not-apple" }, null);

export function portOf(match: PortMatch, some: Partial<FlowPort> = {}): FlowPort {
  return {
    match,
    fit: fitNothing(match),
    otherTransport: none,
    isInfrastructure: false,
    isNameRefuted: false,
    isOriginatorApple: false,
    areEndsOfOtherVendors: false,
    isAlive: () => true,
    ...some,
  };
}

/** Class, products or candidates, evidence or reason, then the effect of each finding. */
export function weigh(port: PortMatch | FlowPort, ...findings: Finding[]) {
  const { attribution, findings: weighed } = weighEvidence(
    "products" in port ? portOf(port) : port,
    findings,
  );
  const { class: flowClass, products, candidates, evidence, reason } = attribution;
  return [
    flowClass,
    [...products, ...candidates].map(({ name }) => name),
    evidence ?? reason,
    ...weighed.map((one) => one.effect),
  ];
}

export function attributionOf(port: FlowPort, ...findings: Finding[]) {
  return weighEvidence(port, findings).attribution;
}
