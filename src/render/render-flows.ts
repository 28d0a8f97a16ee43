/** Flows as lines, one each: what `appleflow flows` prints. */
import type { FlowReport } from "../reports/flow-report.ts";
import { renderFlowCsv, renderFlowCsvHeader } from "./render-csv.ts";
import { safeJson } from "./render-escape.ts";

export const FLOW_FORMATS = ["ndjson", "csv"] as const;
export type FlowFormat = (typeof FLOW_FORMATS)[number];

/** What stands before the first flow: the header of CSV. */
export function renderFlowHeader(format: FlowFormat): string {
  return format === "csv" ? renderFlowCsvHeader() : "";
}

/** A flow as one line. */
export function renderFlow(flow: FlowReport, format: FlowFormat): string {
  return format === "csv" ? renderFlowCsv(flow) : `${safeJson(flow)}\n`;
}
