/**
 * Anonymises a flow and the explanation of its attribution. Every field is listed: a new one does not compile until it
 * is handled here.
 */
import type { Explanation } from "../evidence/attribution/attribution.ts";
import type { WeighedFinding } from "../evidence/attribution/evidence.ts";
import { communityId } from "../reports/community-id.ts";
import type { FlowEndpoint, FlowReport } from "../reports/flow-report.ts";
import { addressBytes } from "./address-kinds.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

/**
 * Returns the flow under pseudonyms. Its Community ID is computed from the new addresses, so that it cannot be joined
 * with other data.
 */
export function anonymiseFlow(flow: FlowReport, pseudonyms: Pseudonyms): FlowReport {
  const originator = anonymiseEnd(flow.originator, pseudonyms);
  const responder = anonymiseEnd(flow.responder, pseudonyms);
  const { serverName, process } = flow;
  return {
    transport: flow.transport,
    originator,
    responder,
    servicePort: flow.servicePort,
    orientation: flow.orientation,
    start: flow.start,
    end: flow.end,
    packets: flow.packets,
    bytes: flow.bytes,
    tcp: flow.tcp,
    protocol: flow.protocol,
    class: flow.class,
    products: flow.products,
    candidates: flow.candidates,
    hints: flow.hints,
    evidence: flow.evidence,
    offList: flow.offList,
    label: flow.label,
    reason: flow.reason,
    unverified: flow.unverified,
    // Nothing sets this for flows yet.
    announcedBy: null,
    serverName: serverName === null ? null : pseudonyms.hostName(serverName),
    process: process === null ? null : pseudonyms.process(process),
    originatorDevice: flow.originatorDevice === null ? null : pseudonyms.deviceId(flow.originatorDevice),
    responderDevice: flow.responderDevice === null ? null : pseudonyms.deviceId(flow.responderDevice),
    communityId: communityIdBetween(flow.transport, originator, responder),
    ...(flow.continues !== undefined && { continues: flow.continues }),
  };
}

function anonymiseEnd({ address, port }: FlowEndpoint, pseudonyms: Pseudonyms): FlowEndpoint {
  return { address: pseudonyms.address(address), port };
}

function communityIdBetween(transport: "tcp" | "udp", a: FlowEndpoint, b: FlowEndpoint): string {
  const [smaller, larger] = [a, b]
    .map(({ address, port }) => ({ address: addressBytes(address) ?? new Uint8Array(4), port }))
    .sort((x, y) => Buffer.compare(x.address, y.address) || x.port - y.port);
  return communityId(transport, smaller, larger);
}

/** Returns the explanation under the names of {@link anonymiseFlow}. Rows of the list and product names stay. */
export function anonymiseExplanation(explanation: Explanation, pseudonyms: Pseudonyms): Explanation {
  const { match, spoken, serviceClass, attribution, findings } = explanation;
  return {
    match,
    // Payload may contain anything personal.
    spoken: spoken && { ...spoken, firstBytes: null },
    serviceClass,
    attribution,
    findings: findings.map((finding) => anonymiseFinding(finding, pseudonyms)),
  };
}

function anonymiseFinding(finding: WeighedFinding, pseudonyms: Pseudonyms): WeighedFinding {
  const { grade, rule, verdict, end, effect } = finding;
  const what = anonymiseWords(finding.what, pseudonyms);
  // A rule repeats the text it matched; a user's own rule may contain what must be hidden.
  return { grade, what, rule: what === finding.what ? rule : null, verdict, end, effect };
}

/** Wordings of findings (`findEvidence`), and how to word each for another name. */
const WORDINGS: readonly (readonly [RegExp, (name: string, pseudonyms: Pseudonyms) => string])[] = [
  [/^(process )(.*?)( \((?:acts for others|unknown)\))?$/s, (name, pseudonyms) => pseudonyms.process(name)],
  [/^(user agent of )(.*?)()$/s, (name, pseudonyms) => pseudonyms.process(name)],
  [
    /^(announces )(.*?)(, which only Apple's software does)$/s,
    (name, pseudonyms) => pseudonyms.serviceType(name),
  ],
  [/^(announced as )(.*?)()$/s, (name, pseudonyms) => pseudonyms.serviceType(name)],
  [/^(server name )(.*?)( \((?:TLS|QUIC|HTTP|HTTP CONNECT)\))?$/s, hostNameOf],
  [/^(asked for )(.*?)( \(one address\))?$/s, hostNamesOf],
  [/^(certificate for )(.*?)()$/s, hostNamesOf],
  [/^(port announced by )(the flow \S+)( \([a-z0-9-]+\))?$/, () => "another flow"],
];
/** Wordings of signs from the package's rules: they contain nothing of a user's. */
const SAFE_WORDING =
  /^(payload speaks |ALPN |server greets with RFB |address and port that Apple documents: )/;

function hostNameOf(name: string, pseudonyms: Pseudonyms): string {
  return pseudonyms.hostName(name);
}

function hostNamesOf(names: string, pseudonyms: Pseudonyms): string {
  return names
    .split(", ")
    .map((name) => pseudonyms.hostName(name))
    .join(", ");
}

/** Drops texts whose wording is unknown. */
function anonymiseWords(what: string, pseudonyms: Pseudonyms): string {
  if (what.startsWith("address in Apple's ")) return "address in Apple's networks";
  if (SAFE_WORDING.test(what)) return what;
  for (const [wording, replace] of WORDINGS) {
    const [, before, name, after = ""] = wording.exec(what) ?? [];
    if (name !== undefined) return before + replace(name, pseudonyms) + after;
  }
  return "hidden";
}
