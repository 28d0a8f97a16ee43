/** Why a flow was given to its products, in words: the rows that its port matched, what narrowed them, what did not fit. */
import type { Explanation } from "../evidence/attribution/attribution.ts";
import type { FindingEffect, FindingVerdict, WeighedFinding } from "../evidence/attribution/evidence.ts";
import type { FlowEndpoint, FlowReport } from "../reports/flow-report.ts";
import { escapeText } from "./render-escape.ts";
import { formatBytes } from "./render-units.ts";

/** Products named in a line at most. */
const MAX_NAMES = 8;

const EFFECTS: Readonly<Record<FindingEffect, string>> = {
  decided: "decides",
  narrowed: "narrows",
  confirmed: "fits",
  contradicted: "does not fit",
  none: "decides nothing",
};

/** Where the text of a line begins that has a label before it. */
const INDENT = 14;

/**
 * The explanation as lines of a paragraph, the last one empty. All text from packets is escaped.
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
    ...explanation.findings.map(findingText),
    `  result      ${resultText(flow)}`,
  ];
  const safe = lines.map(escapeText);
  const broken = width === null ? safe : safe.flatMap((line) => breakLine(line, width));
  return `${broken.join("\n")}\n\n`;
}

/** At spaces, what follows below the text; a word that is longer than a line stays whole. */
function breakLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    if (space <= INDENT) break;
    lines.push(rest.slice(0, space));
    rest = `${" ".repeat(INDENT)}${rest.slice(space + 1)}`;
  }
  return [...lines, rest];
}

function endpointText({ address, port }: FlowEndpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function serviceText({ transport, servicePort, orientation }: FlowReport): string {
  if (servicePort === null) return "nobody knows which side serves: no handshake, two ephemeral ports";
  return `${transport}/${servicePort} (by ${orientation})`;
}

function portText({ transport, servicePort }: FlowReport, { match }: Explanation): string {
  if (servicePort === null) return "none: an ephemeral port says nothing of a product";
  if (match.match === "none") return `no row of the list has ${transport}/${servicePort}`;
  const rows = match.rows.map(({ portText, serviceName }) => `${portText} ${serviceName}`).join("; ");
  const width = match.match === "wide" ? "only wide rows match" : "rows";
  const names = match.products.map(({ name }) => name);
  return `${width}: ${rows}; ${names.length === 0 ? "they name no product" : namesText(names)}`;
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
      return "Apple's, no product is known";
    case "not-apple":
      return "not Apple's";
    case "nothing":
      return "says nothing of a product";
  }
}

function resultText({
  class: flowClass,
  products,
  candidates,
  evidence,
  reason,
  offList,
  ...flow
}: FlowReport): string {
  switch (flowClass) {
    case "identified": {
      const off = offList.length > 0 ? `, off the list on this port: ${offList.join(", ")}` : "";
      const claim = flow.unverified
        ? "; unverified: the capture's DNS gave other addresses for the name"
        : "";
      return `identified by ${evidence}: ${namesText(products)}${off}${claim}`;
    }
    case "apple":
      return `Apple's by ${evidence}, no product is known`;
    case "other":
      return `another's (${reason}), by ${evidence}${flow.label === null ? "" : `: ${flow.label}`}`;
    case "listed":
      return `only the port says so: could be ${namesText(candidates)}, or anybody's`;
    case "range":
      return `only a range of the list has the port: could be ${namesText(candidates)}, or anybody's`;
    case "unlisted":
      return `no product's: ${reason}`;
  }
}

function namesText(names: readonly string[]): string {
  if (names.length === 1) return names[0];
  const shown = names.slice(0, MAX_NAMES).join(", ");
  const more = names.length - MAX_NAMES;
  return `one of ${names.length}: ${shown}${more > 0 ? ` and ${more} more` : ""}`;
}
