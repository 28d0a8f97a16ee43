/** The golden of a lab fixture: its summary as people see it, and its flows in the columns that a review reads. */
import { existsSync, readFileSync } from "node:fs";
import { type CapturedSession, listCaptured } from "../../scripts/lab/captured-session.ts";
import { renderSummary } from "../../src/render/render-summary.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";

const EXPECTED = new URL("expected/", import.meta.url);
const STYLE = { width: 100, colors: false, ascii: false };

/** Returns the path of a fixture's golden. */
export function labGoldenFile(name: string): URL {
  return new URL(`${name}.txt`, EXPECTED);
}

/** Returns the content of that file; null if it does not exist yet. */
export function readLabGolden(name: string): string | null {
  const file = labGoldenFile(name);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** Returns the names of the required files, sorted. */
export function labGoldenNames(): readonly string[] {
  return listCaptured()
    .map((name) => `${name}.txt`)
    .sort();
}

/** Returns the golden of the current results. */
export async function renderLabGolden({ summary, flows }: CapturedSession): Promise<string> {
  const table = await renderSummary(summary, { format: "table", style: STYLE });
  return `${table}\n${flows.map(renderFlow).join("\n\n")}\n`;
}

/** Returns a flow in a few lines, without its times, which a review cannot check. */
function renderFlow(flow: FlowReport): string {
  const { transport, originator, responder, servicePort, orientation, packets, bytes } = flow;
  const ends = `${formatEnd(originator)} > ${formatEnd(responder)}`;
  const state = flow.tcp === null ? "" : `, ${flow.tcp}`;
  const lines = [
    `${transport} ${ends}, service port ${servicePort} (${orientation})${state}`,
    `  packets ${packets.originator} > ${packets.responder} <, bytes ${bytes.originator} > ${bytes.responder} <`,
    flow.evidence === null
      ? `  unattributed: ${flow.reason}`
      : `  ${flow.evidence}${flow.offList ? ", off the list" : ""}: ${flow.candidates.join(" | ")}`,
  ];
  if (flow.serverName !== null) lines.push(`  server name ${flow.serverName}`);
  return lines.join("\n");
}

function formatEnd({ address, port }: FlowReport["originator"]): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
