/** Turns the observations of a flow into findings by the rules, strongest first. Runs once per distinct set of facts. */
import { isIP } from "node:net";
import type { DocumentedMatch } from "../../knowledge/evidence/documented-networks.ts";
import type { EvidenceRules } from "../../knowledge/evidence/evidence-rules.ts";
import type { HostMatch } from "../../knowledge/evidence/host-rules.ts";
import type { ProcessMatch } from "../../knowledge/evidence/process-rules.ts";
import type { ProtocolSignMatch } from "../../knowledge/evidence/protocol-signs.ts";
import type { FlowFacts } from "../observation/flow-facts.ts";
import type { HandshakeNames, NameSource } from "../observation/handshake.ts";
import { EVIDENCE_GRADES, type Finding, type FindingVerdict, SIGN_WORDS } from "./evidence.ts";
import type { RowFit } from "./row-fit.ts";

const NOTHING: FindingVerdict = Object.freeze({ says: "nothing" });
const APPLE: FindingVerdict = Object.freeze({ says: "apple" });
const NOT_APPLE: FindingVerdict = Object.freeze({ says: "not-apple" });

/** Prefix of certificate names that match any label (RFC 6125, 6.4.3). */
const WILDCARD = "*.";

const NAME_SOURCES: Readonly<Record<NameSource, string>> = {
  tls: "TLS",
  quic: "QUIC",
  "http-host": "HTTP",
  "http-connect": "HTTP CONNECT",
};

/**
 * Returns the findings for these facts, strongest first.
 *
 * @param applePrefix the Apple prefix that contains the address, for explanations
 * @param documented documented network of the service's address and port, if no name was seen
 */
export function findEvidence(
  facts: FlowFacts,
  rules: EvidenceRules,
  applePrefix: string | null = null,
  documented: DocumentedMatch | null = null,
): Finding[] {
  const findings: Finding[] = [];
  if (facts.process !== null) findings.push(findProcess(facts.process, rules));
  if (facts.handshake !== null) findings.push(...findHandshake(facts.handshake, rules));
  if (facts.announcedType !== null) addAnnounced(facts.announcedType, rules, findings);
  else if (facts.multicastSender !== null) addSender(facts.multicastSender, rules, findings);
  for (const type of facts.serviceTypes) findings.push(findServiceType(type, rules));
  if (facts.addressNames.length > 0) findings.push(findAddressNames(facts.addressNames, rules));
  if (documented !== null) {
    findings.push({
      grade: "documented-network",
      what: `address and port that Apple documents: ${documented.rule}`,
      rule: documented.rule,
      verdict: { says: "products", products: documented.products },
      end: "apple",
    });
  }
  if (facts.isAppleAddress) {
    const what = `address in Apple's ${applePrefix ?? "networks"}`;
    findings.push({ grade: "address", what, rule: applePrefix, verdict: APPLE, end: "apple" });
  }
  return findings.sort(byStrength);
}

/** Findings from signs in the payload: for a product of the port's rows, or for a product on any port. */
export function findSigns(
  { named }: RowFit,
  recognition: FlowFacts["recognition"],
  { signs }: EvidenceRules,
): Finding[] {
  if (recognition === null) return [];
  const { protocol, sign } = recognition;
  const products = named.length > 0 ? named : (signs.matchPayload(protocol)?.products ?? []);
  if (products.length === 0) return [];
  const what = `payload speaks ${protocol}${sign === null ? "" : ` with ${SIGN_WORDS[sign]}`}`;
  return [{ grade: "protocol", what, rule: null, verdict: { says: "products", products }, end: null }];
}

/** Sorts the strongest first. */
export function byStrength(a: Finding, b: Finding): number {
  return strengthOf(b) - strengthOf(a);
}

function strengthOf({ grade }: Finding): number {
  return EVIDENCE_GRADES.indexOf(grade);
}

function findProcess(process: string, rules: EvidenceRules): Finding {
  const match = rules.processes.match(process);
  const role = match === null ? " (unknown)" : match.actsForOthers ? " (acts for others)" : "";
  const rule = match === null ? null : process;
  return {
    grade: "process",
    what: `process ${process}${role}`,
    rule,
    verdict: judgeProcess(match),
    end: null,
  };
}

/** What a process that acts for itself shows; without a product, it still shows the owner. */
function judgeProcess(match: ProcessMatch | null): FindingVerdict {
  if (match === null || match.actsForOthers) return NOTHING;
  // The names of the pages, not the port, show whom a browser communicates with.
  if (match.owner === "other" || match.isBrowser) return NOT_APPLE;
  return match.products.length > 0 ? { says: "products", products: match.products } : APPLE;
}

/** Names in a handshake of client or server. */
function findHandshake(names: HandshakeNames, rules: EvidenceRules): Finding[] {
  const findings: Finding[] = [];
  const addSign = (what: string, match: ProtocolSignMatch | null) => {
    if (match === null) return;
    const { rule, products } = match;
    findings.push({ grade: "protocol", what, rule, verdict: { says: "products", products }, end: null });
  };
  const { signs } = rules;
  const alpn = names.alpn.find((protocol) => signs.matchAlpn(protocol) !== null);
  if (alpn !== undefined) addSign(`ALPN ${alpn}`, signs.matchAlpn(alpn));
  if (names.rfbVersion !== null) {
    addSign(`server greets with RFB ${names.rfbVersion}`, signs.matchRfbVersion(names.rfbVersion));
  }
  if (names.certificateNames.length > 0) findings.push(findCertificate(names.certificateNames, rules));
  if (names.serverName !== null) {
    const source = names.nameSource === null ? "" : ` (${NAME_SOURCES[names.nameSource]})`;
    const judged = judgeName(names.serverName, rules.hosts.match(names.serverName), rules);
    findings.push({ grade: "server-name", what: `server name ${names.serverName}${source}`, ...judged });
  }
  if (names.userAgentProcess !== null) {
    const match = rules.processes.match(names.userAgentProcess);
    const products = match === null || match.actsForOthers ? [] : match.products;
    const verdict: FindingVerdict = products.length > 0 ? { says: "products", products } : NOTHING;
    const rule = match === null ? null : names.userAgentProcess;
    findings.push({
      grade: "user-agent",
      what: `user agent of ${names.userAgentProcess}`,
      rule,
      verdict,
      end: null,
    });
  }
  return findings;
}

/** Whoever announces what only Apple software does uses Apple's Bonjour. */
function addAnnounced(type: string, { signs }: EvidenceRules, findings: Finding[]): void {
  const match = signs.appleMulticastDns;
  if (match === null) return;
  const { rule, products } = match;
  const what = `announces ${type}, which only Apple's software does`;
  findings.push({ grade: "protocol", what, rule, verdict: { says: "products", products }, end: null });
}

/**
 * Multicast DNS belongs to its sender, whatever it queries: Apple devices use Apple's Bonjour (docs/contract.md, "Multicast
 * DNS and SSDP").
 */
function addSender(sender: "apple" | "another", { signs }: EvidenceRules, findings: Finding[]): void {
  const match = signs.appleMulticastDns;
  if (sender === "another") {
    const what = "multicast DNS of a device that is known to be another maker's";
    findings.push({ grade: "protocol", what, rule: null, verdict: NOT_APPLE, end: null });
  } else if (match !== null) {
    const what = "multicast DNS of a device that is known to be Apple's";
    const verdict: FindingVerdict = { says: "products", products: match.products };
    findings.push({ grade: "protocol", what, rule: null, verdict, end: null });
  }
}

function findServiceType(type: string, rules: EvidenceRules): Finding {
  const products = rules.bonjour.match(type) ?? [];
  return {
    grade: "name",
    what: `announced as ${type}`,
    rule: products.length > 0 ? type : null,
    verdict: products.length > 0 ? { says: "products", products } : NOTHING,
    end: null,
  };
}

/** Names in the server's certificate. It is unknown which of them the client requested. */
function findCertificate(names: readonly string[], rules: EvidenceRules): Finding {
  return findOneOf(
    "certificate",
    `certificate for ${names.join(", ")}`,
    names.map((name) => {
      if (name.startsWith(WILDCARD)) return judgeWildcard(name.slice(WILDCARD.length), rules);
      return judgeName(name, rules.hosts.match(name), rules);
    }),
  );
}

/** Names one label below a domain: they show a product only if all known ones do. */
function judgeWildcard(domain: string, rules: EvidenceRules): JudgedName {
  const matches = rules.hosts.matchBelow(domain);
  if (matches.every((match) => match === null)) return judgeName(`any.${domain}`, null, rules);
  if (matches.some((match) => match === null)) return { rule: null, verdict: NOTHING, end: null };
  const [first] = matches;
  const namesOf = (match: HostMatch | null) => match?.products.map(({ name }) => name).join("\n");
  if (matches.every((match) => namesOf(match) === namesOf(first))) return judgeName(domain, first, rules);
  return { rule: first?.rule ?? null, verdict: APPLE, end: "apple" };
}

/**
 * Names whose DNS answers had the address. Only one of them was meant, and it is unknown which, so if some leave the product
 * open, it stays open.
 */
function findAddressNames(names: readonly string[], rules: EvidenceRules): Finding {
  const what = `asked for ${names.join(", ")}${names.length > 1 ? " (one address)" : ""}`;
  return findOneOf(
    "name",
    what,
    names.map((name) => judgeName(name, rules.hosts.matchDnsName(name), rules)),
  );
}

/** A finding for several names of which one is meant. */
function findOneOf(grade: Finding["grade"], what: string, judged: readonly JudgedName[]): Finding {
  const rule = [...new Set(judged.flatMap(({ rule }) => rule ?? []))].join(", ") || null;
  const verdict = verdictOfAny(judged.map(({ verdict }) => verdict));
  return { grade, what, rule, verdict, end: endOf(verdict) };
}

function verdictOfAny(verdicts: readonly FindingVerdict[]): FindingVerdict {
  if (verdicts.every(({ says }) => says === "products")) {
    const products = verdicts.flatMap((verdict) => (verdict.says === "products" ? verdict.products : []));
    return { says: "products", products: [...new Set(products)] };
  }
  if (verdicts.every(({ says }) => says === "products" || says === "apple")) return APPLE;
  return verdicts.every(({ says }) => says === "not-apple") ? NOT_APPLE : NOTHING;
}

type JudgedName = Pick<Finding, "rule" | "verdict" | "end">;

/** Owner of a host name by the matching rule, if any. */
function judgeName(name: string, match: HostMatch | null, rules: EvidenceRules): JudgedName {
  if (match !== null) {
    const { rule, products } = match;
    return { rule, verdict: products.length > 0 ? { says: "products", products } : APPLE, end: "apple" };
  }
  const isInconclusive = isAvailableToAnyDevice(name, rules) || rules.hosts.isPublicEchName(name);
  const verdict = isInconclusive ? NOTHING : NOT_APPLE;
  return { rule: null, verdict, end: endOf(verdict) };
}

/** Owner of the server with a name. */
function endOf({ says }: FindingVerdict): Finding["end"] {
  if (says === "nothing") return null;
  return says === "not-apple" ? "other" : "apple";
}

/**
 * Names that any device, including a Mac, may serve: addresses, local names, and anything that is not a name of the public
 * DNS.
 */
function isAvailableToAnyDevice(name: string, { domains }: EvidenceRules): boolean {
  if (isIP(name.replace(/^\[|\]$/g, "")) !== 0 || !/^[a-z0-9._-]+$/.test(name)) return true;
  return !name.includes(".") || domains.isBelowShared(name);
}
