/**
 * `appleflow/render`: the reports of `appleflow` as text, one function for each report. The types of the reports themselves
 * are exported by `appleflow`.
 */
export type { TableStyle } from "./render-columns.ts";
export {
  DIFFERENCE_FORMATS,
  type DifferenceFormat,
  type DifferenceRenderOptions,
  renderDifference,
} from "./render-difference.ts";
export { escapeText } from "./render-escape.ts";
export { renderExplanation } from "./render-explanation.ts";
export { FLOW_FORMATS, type FlowFormat, renderFlow, renderFlowHeader } from "./render-flows.ts";
export { GROUPINGS, type Grouping } from "./render-groups.ts";
export type { WritePiece } from "./render-pieces.ts";
export {
  REACH_FORMATS,
  REACH_GROUPINGS,
  type ReachFormat,
  type ReachGrouping,
  type ReachRenderOptions,
  renderReach,
  writeReach,
} from "./render-reach.ts";
export { type ReachQuestion, renderReachExplanation } from "./render-reach-explanation.ts";
export {
  type RenderOptions,
  renderSummary,
  SUMMARY_FORMATS,
  type SummaryFormat,
  writeSummary,
} from "./render-summary.ts";
