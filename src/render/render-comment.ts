/** The attribution of a flow in one line, as a comment on its first packet. */
import type { FlowReport } from "../reports/flow-report.ts";
import { escapeText } from "./render-escape.ts";
import { resultText } from "./render-explanation.ts";

/**
 * "appleflow [identified] identified as Software Update (server-name: the client asked for that name); server name
 * swscan.apple.com". All text from packets is escaped.
 */
export function renderComment(flow: FlowReport): string {
  const { serverName, process } = flow;
  const parts = [
    `appleflow [${flow.class}] ${resultText(flow)}`,
    ...(serverName === null ? [] : [`server name ${serverName}`]),
    ...(process === null ? [] : [`process ${process}`]),
  ];
  return escapeText(parts.join("; "));
}
