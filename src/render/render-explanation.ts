/** Why a flow was attributed to its products, in words: the rows its port matched, what narrowed them, what did not fit. */
import type { Explanation } from "../evidence/attribution/attribution.ts";
import {
  type ClassReason,
  type Evidence,
  type FindingEffect,
  type FindingVerdict,
  SIGN_WORDS,
  type WeighedFinding,
} from "../evidence/attribution/evidence.ts";
import type { SpokenBytes, SpokenProtocol } from "../evidence/attribution/spoken-protocol.ts";
import type { FlowEndpoint, FlowReport } from "../reports/flow-report.ts";
import type { Traffic } from "../reports/traffic/summary.ts";
import { escapeText } from "./render-escape.ts";
import { countOf, formatBytes, formatCount } from "./render-units.ts";

/** Maximum number of products named in a line. */
const MAX_NAMES = 8;

const EFFECTS: Readonly<Record<FindingEffect, string>> = {
  decided: "decides",
  narrowed: "narrows",
  confirmed: "fits",
  contradicted: "does not fit",
  none: "decides nothing",
};

/** Column at which texts begin after their label. */
const INDENT = 14;

/**
 * Renders the explanation as lines of a paragraph, the last one empty. All text from packets is escaped.
 *
 * @param width columns to break lines at; null: one line for each finding
 *
 * @example
 * ```ts
 * import { summarize } from "appleflow";
 * import { renderExplanation } from "appleflow/render";
 *
 * await summarize(["office.pcapng"], {
 *   onFlow: (flow, explain) => process.stdout.write(renderExplanation(flow, explain(), 80)),
 * });
 * ```
 */
export function renderExplanation(flow: FlowReport, explanation: Explanation, width: number | null): string {
  const { transport, originator, responder, communityId } = flow;
  const bytes = formatBytes(flow.bytes.originator + flow.bytes.responder);
  const lines = [
    `${transport} ${endpointText(originator)} to ${endpointText(responder)}, ${bytes}, ${communityId}`,
    `  service     ${serviceText(flow)}`,
    `  port        ${portText(flow, explanation)}`,
    ...(explanation.spoken === null ? [] : [spokenLine(explanation.spoken)]),
    ...explanation.findings.map(findingText),
    ...(explanation.serviceClass === null
      ? []
      : [`  hint        ${serviceClassText(explanation.serviceClass)}`]),
    `  result      ${inherited(flow, explanation)}${resultText(flow)}`,
  ];
  const safe = lines.map(escapeText);
  const broken = width === null ? safe : safe.flatMap((line) => breakLine(line, width, INDENT));
  return `${broken.join("\n")}\n\n`;
}

/** Wraps at spaces, with later lines aligned below the text; a word longer than a line stays whole. */
function breakLine(line: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    if (space <= indent) break;
    lines.push(rest.slice(0, space));
    rest = `${" ".repeat(indent)}${rest.slice(space + 1)}`;
  }
  return [...lines, rest];
}

function endpointText({ address, port }: FlowEndpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function serviceText({ transport, servicePort, orientation }: FlowReport): string {
  if (servicePort === null) return "unknown: nothing shows which side is the service";
  return `${transport}/${servicePort} (by ${orientation})`;
}

function portText({ transport, servicePort }: FlowReport, { match }: Explanation): string {
  if (servicePort === null) return "none: an ephemeral port says nothing about a product";
  if (match.match === "none") return `no row of the list has ${transport}/${servicePort}`;
  const rows = match.rows.map(({ portText, serviceName }) =>
    serviceName === "—" ? portText : `${portText} ${serviceName}`,
  );
  const lead =
    match.match === "wide" ? "only in a wide range, no evidence:" : rows.length > 1 ? "rows" : "row";
  const names = match.products.map(({ name }) => name);
  return `${lead} ${rows.join("; ")}, listed for ${namesText(names)}`;
}

function spokenLine(spoken: SpokenProtocol): string {
  return `  ${spoken.isTold ? "protocol" : "payload "}    ${spokenText(spoken)}`;
}

/** The protocol of the payload, which side shows it, and what follows for the rows. */
function spokenText({ protocol, askedBy, sign, rows, firstBytes, isTold }: SpokenProtocol): string {
  const parts = [`${protocol}${sign === null ? "" : ` with ${SIGN_WORDS[sign]}`}`];
  if (isTold) parts[0] += ", named by the log";
  if (firstBytes !== null) parts[0] += `, recognised by ${bytesText(firstBytes)}`;
  if (!isTold && askedBy !== null) parts.push(`the ${askedBy} is the client`);
  if (rows === "confirmed") parts.push("the row's own protocol, from any vendor");
  if (rows === "contradicted") parts.push("not the protocol listed for this port");
  return parts.join("; ");
}

/** Names used by xnu (bsd/sys/socket.h, SO_TC_...). */
const SERVICE_CLASSES: Readonly<Record<number, string>> = {
  100: "background, by the system",
  200: "background",
  300: "responsive data",
  400: "management",
  500: "streaming of sound and video",
  600: "responsive sound and video",
  700: "interactive video",
  800: "interactive voice",
  900: "control",
};

function serviceClassText(serviceClass: number): string {
  return `sent as ${SERVICE_CLASSES[serviceClass] ?? serviceClass} (class of service): proves nothing`;
}

/** the originator's first 8 bytes 16 03 01 02 00 01 00 01 */
function bytesText({ of, bytes }: SpokenBytes): string {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  return `the ${of}'s first ${countOf(bytes.length, "byte")} ${digits.join(" ")}`;
}

function findingText({ grade, what, rule, verdict, effect }: WeighedFinding): string {
  const by = rule === null || what.includes(rule) ? "" : `, by the rule ${rule}`;
  return `  ${grade.padEnd(11)} ${what}${by}: ${verdictText(verdict)}; ${EFFECTS[effect]}`;
}

function verdictText(verdict: FindingVerdict): string {
  switch (verdict.says) {
    case "products":
      return namesText(verdict.products.map(({ name }) => name));
    case "apple":
      return "Apple's, product unknown";
    case "not-apple":
      return "not Apple's";
    case "nothing":
      return "says nothing about a product";
  }
}

/** Meanings of the grades of evidence, for readers without the contract. */
const EVIDENCE_WORDS: Readonly<Record<Evidence, string>> = {
  address: "the address is in Apple's networks",
  "documented-network": "Apple documents the network for it",
  name: "DNS gave the address for that name, or the service was announced there",
  "user-agent": "the program identified itself",
  "server-name": "the client asked for that name",
  certificate: "the server's certificate says so",
  announced: "an identified session announced the port",
  process: "the capture names the process",
  protocol: "nothing else speaks this protocol",
};

const REASON_WORDS: Readonly<Record<ClassReason, string>> = {
  "not-apple": "the evidence points to another company",
  "other-protocol": "it speaks a protocol other than the one listed for this port",
  "no-product-listed": "the list has the port without a product",
  "product-ended": "the products listed for this port had been discontinued by then",
  "side-unknown": "nothing shows which side is the service",
  "port-not-listed": "the list does not have the port",
};

/** The origin of the class, if it is inherited. */
function inherited({ evidence }: FlowReport, { findings }: Explanation): string {
  const isInherited =
    evidence === null && findings.some(({ grade, effect }) => grade === "announced" && effect === "decided");
  return isInherited ? "as the session that announced it, " : "";
}

/** The conclusion in words: the class, and how certain it is. */
export function resultText(flow: FlowReport): string {
  const { products, candidates, evidence, reason, offList } = flow;
  const by = evidence === null ? "" : ` (${evidence}: ${EVIDENCE_WORDS[evidence]})`;
  switch (flow.class) {
    case "identified": {
      const off = offList.length === 0 ? "" : `; the list does not have ${offList.join(", ")} on this port`;
      const claim = flow.unverified ? "; unverified: DNS gave other addresses for that name" : "";
      return `identified as ${namesText(products)}${by}${off}${claim}`;
    }
    case "apple":
      return `Apple's, product unknown${by}`;
    case "other": {
      const label = flow.label === null ? "" : `: ${flow.label}`;
      return `not Apple's${label}; ${reason === null ? "" : REASON_WORDS[reason]}${by}`;
    }
    case "listed":
      return `unknown: the port fits ${namesText(candidates)}, and any other software`;
    case "range":
      return `unknown: the port is only in a wide range of the list, no evidence of ${namesText(candidates)}`;
    case "unlisted":
      return `no product's: ${reason === null ? "" : REASON_WORDS[reason]}`;
  }
}

function namesText(names: readonly string[]): string {
  if (names.length === 0) return "no product";
  if (names.length === 1) return names[0];
  const shown = names.slice(0, MAX_NAMES).join(", ");
  const more = names.length - MAX_NAMES;
  return `one of ${names.length}: ${shown}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The flows that match the request. */
export interface ExplanationTotals extends Traffic {
  /** Those of them that match by port alone. */
  readonly possible: Traffic;
  /** Number of explained flows. */
  readonly shown: number;
}

/** Text before explanations: the number of flows of `what`, and of all flows in the capture. */
export function renderExplanationHead(
  what: string,
  { flows, bytes, possible }: ExplanationTotals,
  all: Pick<Traffic, "flows" | "bytes">,
  width: number,
): string {
  const some = `${formatCount(flows)} of ${countOf(all.flows, "flow")}, ${formatBytes(bytes)} of ${formatBytes(all.bytes)}`;
  const named = `named in ${formatCount(flows - possible.flows)} (${formatBytes(bytes - possible.bytes)})`;
  const byPort = `possible by the port alone in ${formatCount(possible.flows)} (${formatBytes(possible.bytes)})`;
  const parts = possible.flows === 0 ? "" : `: ${possible.flows === flows ? byPort : `${named}, ${byPort}`}`;
  return `${breakLine(`${escapeText(what)}: ${some}${parts}`, width, 2).join("\n")}\n\n`;
}

/** Text after explanations: how many flows are not explained, and how to get them; "" if all are. */
export function renderExplanationRest({ flows, shown }: ExplanationTotals): string {
  const others = flows - shown;
  return others === 0 ? "" : `${countOf(others, "more flow")} with fewer bytes: --all explains each\n`;
}
