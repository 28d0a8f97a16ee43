/** Flows as lines, one each: what `appleflow flows` prints. */
import type { FlowReport } from "../reports/flow-report.ts";
import { renderFlowCsv, renderFlowCsvHeader } from "./render-csv.ts";
import { safeJson } from "./render-escape.ts";

/** The formats of flows. */
export const FLOW_FORMATS = ["ndjson", "csv"] as const;
/** One of `FLOW_FORMATS`. */
export type FlowFormat = (typeof FLOW_FORMATS)[number];

/**
 * Returns the text before the first flow: the CSV header with its line end, "" for ndjson. `inParts`: flows have
 * {@link FlowReport.continues}, as with an active timeout.
 *
 * @example
 * ```ts
 * import { renderFlowHeader } from "appleflow/render";
 *
 * process.stdout.write(renderFlowHeader("csv"));
 * ```
 */
export function renderFlowHeader(format: FlowFormat, inParts = false): string {
  return format === "csv" ? renderFlowCsvHeader(inParts) : "";
}

/**
 * Renders a flow as one line with its line end.
 *
 * @example
 * ```ts
 * import { flows } from "appleflow";
 * import { renderFlow } from "appleflow/render";
 *
 * for await (const flow of flows(["office.pcapng"])) process.stdout.write(renderFlow(flow, "ndjson"));
 * ```
 */
export function renderFlow(flow: FlowReport, format: FlowFormat): string {
  return format === "csv" ? renderFlowCsv(flow) : `${safeJson(flow)}\n`;
}
