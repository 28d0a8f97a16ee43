/** What was seen of a flow, read by the rules: findings, strongest first. Once per different set of facts. */
import { isIP } from "node:net";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { HostMatch } from "../../knowledge/evidence/host-rules.ts";
import type { Product } from "../../knowledge/port-list/product.ts";
import type { FlowFacts } from "../observation/flow-facts.ts";
import type { HandshakeNames, NameSource } from "../observation/handshake.ts";
import type { Finding, FindingVerdict } from "./evidence.ts";

const NOTHING: FindingVerdict = Object.freeze({ says: "nothing" });
const APPLES: FindingVerdict = Object.freeze({ says: "apple" });
const NOT_APPLES: FindingVerdict = Object.freeze({ says: "not-apple" });

const NAME_SOURCES: Readonly<Record<NameSource, string>> = {
  tls: "TLS",
  quic: "QUIC",
  "http-host": "HTTP",
  "http-connect": "HTTP CONNECT",
};

/** Protocols that only Apple's push service speaks begin so. */
const PUSH_ALPN_PREFIX = "apns-";
const PUSH_PRODUCT = "Push notifications";
const SCREEN_SHARING_PRODUCTS = ["Screen Sharing", "Apple Remote Desktop"];

/** The findings for these facts, strongest first. `applePrefix`: which one of Apple's has the address, where it is told. */
export function findEvidence(
  facts: FlowFacts,
  rules: EvidenceRules,
  applePrefix: string | null = null,
): Finding[] {
  const findings: Finding[] = [];
  if (facts.process !== null) findings.push(findProcess(facts.process, rules));
  if (facts.handshake !== null) findings.push(...findHandshake(facts.handshake, rules));
  for (const type of facts.serviceTypes) findings.push(findServiceType(type, rules));
  if (facts.addressNames.length > 0) findings.push(findAddressNames(facts.addressNames, rules));
  if (facts.isAppleAddress) {
    const what = `address in Apple's ${applePrefix ?? "networks"}`;
    findings.push({ grade: "address", what, rule: applePrefix, verdict: APPLES });
  }
  return findings;
}

function findProcess(process: string, rules: EvidenceRules): Finding {
  const match = rules.processes.match(process);
  const products = match === null || match.actsForOthers ? [] : match.products;
  const role = match?.actsForOthers ? " (acts for others)" : "";
  return {
    grade: "process",
    what: `process ${process}${role}`,
    rule: match === null ? null : process,
    verdict: products.length > 0 ? { says: "products", products } : NOTHING,
  };
}

/** What a server is greeted as, or greets as. ALPN first: it decides whatever the name says. */
function findHandshake(names: HandshakeNames, rules: EvidenceRules): Finding[] {
  const findings: Finding[] = [];
  const add = (what: string, rule: string | null, verdict: FindingVerdict) =>
    findings.push({ grade: "server-name", what, rule, verdict });
  const pushAlpn = names.alpn.find((protocol) => protocol.startsWith(PUSH_ALPN_PREFIX));
  if (pushAlpn !== undefined) {
    add(`ALPN ${pushAlpn}`, `${PUSH_ALPN_PREFIX}*`, productsNamed([PUSH_PRODUCT], rules));
  }
  if (names.isAppleScreenSharing) {
    add("server greets with RFB 003.889", "RFB 003.889", productsNamed(SCREEN_SHARING_PRODUCTS, rules));
  }
  if (names.serverName !== null) {
    const source = names.nameSource === null ? "" : ` (${NAME_SOURCES[names.nameSource]})`;
    const { rule, verdict } = judgeName(names.serverName, rules.hosts.match(names.serverName), rules);
    add(`server name ${names.serverName}${source}`, rule, verdict);
  }
  if (names.userAgentProcess !== null) {
    const match = rules.processes.match(names.userAgentProcess);
    const products = match === null || match.actsForOthers ? [] : match.products;
    const verdict: FindingVerdict = products.length > 0 ? { says: "products", products } : NOTHING;
    add(`user agent of ${names.userAgentProcess}`, match === null ? null : names.userAgentProcess, verdict);
  }
  return findings;
}

function findServiceType(type: string, rules: EvidenceRules): Finding {
  const products = rules.bonjour.match(type) ?? [];
  return {
    grade: "name",
    what: `announced as ${type}`,
    rule: products.length > 0 ? type : null,
    verdict: products.length > 0 ? { says: "products", products } : NOTHING,
  };
}

/**
 * Names whose answers had the address. Only one of them was meant, nobody knows which: what some leave open stays
 * open.
 */
function findAddressNames(names: readonly string[], rules: EvidenceRules): Finding {
  const judged = names.map((name) => judgeName(name, rules.hosts.matchDnsName(name), rules));
  const verdicts = judged.map(({ verdict }) => verdict);
  const what = `asked for ${names.join(", ")}${names.length > 1 ? " (one address)" : ""}`;
  const rule = [...new Set(judged.flatMap(({ rule }) => rule ?? []))].join(", ") || null;
  return { grade: "name", what, rule, verdict: verdictOfAny(verdicts) };
}

function verdictOfAny(verdicts: readonly FindingVerdict[]): FindingVerdict {
  if (verdicts.every(({ says }) => says === "products")) {
    const products = verdicts.flatMap((verdict) => (verdict.says === "products" ? verdict.products : []));
    return { says: "products", products: [...new Set(products)] };
  }
  if (verdicts.every(({ says }) => says === "products" || says === "apple")) return APPLES;
  return verdicts.every(({ says }) => says === "not-apple") ? NOT_APPLES : NOTHING;
}

/** Whose a host name is by the rule that matches it, if any does. */
function judgeName(
  name: string,
  match: HostMatch | null,
  rules: EvidenceRules,
): { rule: string | null; verdict: FindingVerdict } {
  if (match !== null) {
    const { rule, products } = match;
    return { rule, verdict: products.length > 0 ? { says: "products", products } : APPLES };
  }
  const saysNothing = isOpenToAnyone(name) || rules.hosts.isPublicEchName(name);
  return { rule: null, verdict: saysNothing ? NOTHING : NOT_APPLES };
}

/**
 * Names under which any device may serve, so a Mac as well: addresses, local names, and what is no name of the public
 * DNS at all (RFC 6762, 3; RFC 8375; ICANN's .internal).
 */
function isOpenToAnyone(name: string): boolean {
  if (isIP(name.replace(/^\[|\]$/g, "")) !== 0 || !/^[a-z0-9._-]+$/.test(name)) return true;
  const top = name.slice(name.lastIndexOf(".") + 1);
  return top === name || LOCAL_DOMAINS.has(top) || name.endsWith(".home.arpa");
}

const LOCAL_DOMAINS: ReadonlySet<string> = new Set([
  "local",
  "localdomain",
  "localhost",
  "internal",
  "intranet",
  "lan",
  "home",
  "corp",
  "test",
  "invalid",
]);

function productsNamed(names: readonly string[], rules: EvidenceRules): FindingVerdict {
  const products: Product[] = names.flatMap((name) => rules.productNamed(name) ?? []);
  return products.length > 0 ? { says: "products", products } : NOTHING;
}
