/** The public interface of appleflow: everything that the command line uses, and nothing else. */
export { loadPseudonyms } from "./anonymise/load-pseudonyms.ts";
export type { Pseudonyms } from "./anonymise/pseudonyms.ts";
export type { Explanation } from "./attribution/attribution.ts";
export { EVIDENCE_GRADES, type Evidence, type UnattributedReason } from "./attribution/evidence.ts";
export { findDefaultInterface } from "./capture/live/default-route.ts";
export { type Diagnosis, diagnose, type Finding } from "./capture/live/diagnosis.ts";
export {
  BACKEND_NAMES,
  type BackendName,
  type LiveCounters,
  type LiveEvent,
  type LiveOptions,
  type LiveSource,
} from "./capture/live/live-source.ts";
export { listInterfaces, type NetworkInterface } from "./capture/live/network-interfaces.ts";
export { openLive } from "./capture/live/open-live.ts";
export type { CaptureInterface, PacketBlock } from "./capture/packet-block.ts";
export type { PacketSource } from "./capture/packet-source.ts";
export { type Ring, SavedCapture } from "./capture/saved-capture.ts";
export {
  type ComparableSummary,
  looksLikeJson,
  parseSavedSummary,
  withVerdicts,
} from "./compare/comparable-summary.ts";
export { type CheckResult, checkExpectations, type Deviation } from "./compare/expectation-check.ts";
export {
  EXPECTED_SCHEMA,
  type Expectations,
  expectationsOf,
  type Limit,
  type Limits,
  type ProductExpectation,
  parseExpectations,
} from "./compare/expectations.ts";
export { loadExpectations } from "./compare/load-expectations.ts";
export {
  DIFFERENCE_FORMATS,
  type DifferenceFormat,
  renderDifference,
} from "./compare/render-difference.ts";
export {
  type Change,
  type ChangedPart,
  type ComparedCapture,
  type ComparedGroup,
  compareSummaries,
  DIFFERENCE_GROUPINGS,
  DIFFERENCE_SCHEMA,
  type DifferenceGrouping,
  type GroupDifference,
  type NamedSummary,
  type PortDifference,
  type ReasonDifference,
  type SummaryDifference,
} from "./compare/summary-difference.ts";
export { InputError, type InputErrorCode, type InputErrorPosition } from "./errors.ts";
export { compileFilter } from "./filter/compile-filter.ts";
export { MAX_FLOWS_LIMIT } from "./kernel/kernel.ts";
export {
  INTERVAL_SCHEMA,
  type IntervalProduct,
  type IntervalRecord,
  type IntervalReport,
  intervalRecord,
  type LiveInterface,
} from "./live/interval-report.ts";
export { HISTORY_LENGTH, type ProductRates } from "./live/product-rates.ts";
export type { PacketSink } from "./live/watched-source.ts";
export { monitor } from "./monitor.ts";
export type { LiveView, MonitorClock, MonitorOptions } from "./monitor-options.ts";
export type { Moment } from "./net/moment.ts";
export {
  type Progress,
  type ReachOptions,
  reach,
  type SummarizeOptions,
  summarize,
  summaryStatus,
} from "./pipeline.ts";
export type { EvidenceRules } from "./rules/evidence-rules.ts";
export { loadEvidenceRules } from "./rules/load-evidence-rules.ts";
export type { AllowPlan, AllowRule } from "./ruleset/allow-plan.ts";
export type { AuditReport, AuditRow, AuditVerdict } from "./ruleset/audit-report.ts";
export { auditRows } from "./ruleset/audit-rows.ts";
export { CaptureNeeds } from "./ruleset/capture-needs.ts";
export { describeInside, type FirewallHook, type FirewallPlace } from "./ruleset/firewall-place.ts";
export { loadPortNeeds } from "./ruleset/load-port-needs.ts";
export { loadNftRuleset } from "./ruleset/load-ruleset.ts";
export { planRules } from "./ruleset/plan-rules.ts";
export { AUDIT_FORMATS, type AuditFormat, renderAudit } from "./ruleset/render-audit.ts";
export { FIREWALL_FORMATS, PLAN_FORMATS, type PlanFormat, renderPlan } from "./ruleset/render-plan.ts";
export { type ProductRecord, productRecord, type RowRecord, rowRecord } from "./services/list-records.ts";
export { loadServiceTable } from "./services/load-service-table.ts";
export { findPorts, findProducts } from "./services/name-search.ts";
export type { Product, ProductKind } from "./services/product.ts";
export type { ServiceRow } from "./services/service-row.ts";
export type { ServiceTable } from "./services/service-table.ts";
export { shellFileName } from "./shell-word.ts";
export type { Directions, FlowEndpoint, FlowReport } from "./summary/flow-report.ts";
export type { DeviceTraffic, LiveFlows } from "./summary/live-flows.ts";
export {
  type AttemptVerdict,
  type BlockedName,
  hasFailure,
  isFailure,
  type NameRefusal,
  REACH_SCHEMA,
  type ReachNeed,
  type ReachProduct,
  type ReachReport,
  type ReachRow,
  type ReachTarget,
  type ReachVerdict,
  type UnlistedPort,
  type VerdictCounts,
} from "./summary/reach-report.ts";
export {
  type Cell,
  type Column,
  layoutTable,
  type Measure,
  type TableStyle,
  wrapText,
} from "./summary/render-columns.ts";
export type { Drawing } from "./summary/render-drawing.ts";
export { escapeText, safeJson } from "./summary/render-escape.ts";
export { renderExplanation } from "./summary/render-explanation.ts";
export { FLOW_FORMATS, type FlowFormat, renderFlow, renderFlowHeader } from "./summary/render-flows.ts";
export { evidenceOf } from "./summary/render-group-table.ts";
export { GROUPINGS, type Grouping } from "./summary/render-groups.ts";
export { renderPortList, renderProductList } from "./summary/render-list.ts";
export {
  REACH_FORMATS,
  REACH_GROUPINGS,
  type ReachFormat,
  type ReachGrouping,
  type ReachRenderOptions,
  reachParts,
  renderReach,
} from "./summary/render-reach.ts";
export { type ReachQuestion, renderReachExplanation } from "./summary/render-reach-explanation.ts";
export {
  type RenderOptions,
  renderSummary,
  SUMMARY_FORMATS,
  type SummaryFormat,
} from "./summary/render-summary.ts";
export { formatBytes, formatCount, formatDuration, formatShare } from "./summary/render-units.ts";
export type {
  FamilySummary,
  FlowShare,
  HostSummary,
  InterfaceSummary,
  PacketClasses,
  PortSummary,
  ProductSummary,
  Share,
  SourceSummary,
  Summary,
  Traffic,
} from "./summary/summary.ts";
