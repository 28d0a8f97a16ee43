/** The public interface of appleflow: everything that the command line uses, and nothing else. */
export { loadPseudonyms } from "./anonymise/load-pseudonyms.ts";
export type { Pseudonyms } from "./anonymise/pseudonyms.ts";
export {
  INTERVAL_SCHEMA,
  type IntervalProduct,
  type IntervalRecord,
  type IntervalReport,
  intervalRecord,
  type LiveInterface,
} from "./engine/interval-report.ts";
export type { PacketSink } from "./engine/live-pass.ts";
export { monitor } from "./engine/monitor.ts";
export type { LiveView, MonitorClock, MonitorOptions } from "./engine/monitor-options.ts";
export { HISTORY_LENGTH, type ProductRates } from "./engine/product-rates.ts";
export type { Progress } from "./engine/read-captures.ts";
export {
  flows,
  type ReachOptions,
  reach,
  type SummarizeOptions,
  summarize,
  summaryStatus,
} from "./engine/summarize.ts";
export { InputError, type InputErrorCode, type InputErrorPosition } from "./errors.ts";
export type { Explanation } from "./evidence/attribution/attribution.ts";
export { EVIDENCE_GRADES, type Evidence, type UnattributedReason } from "./evidence/attribution/evidence.ts";
export { compileFilter } from "./filter/compile-filter.ts";
export type { AllowPlan, AllowRule } from "./firewall/allow-plan.ts";
export type { AuditReport, AuditRow, AuditVerdict } from "./firewall/audit-report.ts";
export { auditRows } from "./firewall/audit-rows.ts";
export { CaptureNeeds } from "./firewall/capture-needs.ts";
export { describeInside, type FirewallHook, type FirewallPlace } from "./firewall/firewall-place.ts";
export { loadPortNeeds } from "./firewall/load-port-needs.ts";
export { loadNftRuleset } from "./firewall/load-ruleset.ts";
export { planRules } from "./firewall/plan-rules.ts";
export { AUDIT_FORMATS, type AuditFormat, renderAudit } from "./firewall/render-audit.ts";
export { FIREWALL_FORMATS, PLAN_FORMATS, type PlanFormat, renderPlan } from "./firewall/render-plan.ts";
export type { Advice } from "./knowledge/advice/advice.ts";
export { loadAdvice } from "./knowledge/advice/load-advice.ts";
export type { EvidenceRules } from "./knowledge/evidence/evidence-rules.ts";
export { loadEvidenceRules } from "./knowledge/evidence/load-evidence-rules.ts";
export {
  type ProductRecord,
  productRecord,
  type RowRecord,
  rowRecord,
} from "./knowledge/port-list/list-records.ts";
export { loadServiceTable } from "./knowledge/port-list/load-service-table.ts";
export { findPorts, findProducts } from "./knowledge/port-list/name-search.ts";
export type { Product, ProductKind } from "./knowledge/port-list/product.ts";
export type { ServiceRow } from "./knowledge/port-list/service-row.ts";
export type { ServiceTable } from "./knowledge/port-list/service-table.ts";
export type { Moment } from "./net/moment.ts";
export { type Ring, SavedCapture } from "./packets/files/saved-capture.ts";
export { MAX_FLOWS_LIMIT } from "./packets/kernel/kernel.ts";
export { findDefaultInterface } from "./packets/live/default-route.ts";
export { type Diagnosis, diagnose, type Finding } from "./packets/live/diagnosis.ts";
export {
  BACKEND_NAMES,
  type BackendName,
  type LiveCounters,
  type LiveEvent,
  type LiveOptions,
  type LiveSource,
} from "./packets/live/live-source.ts";
export { listInterfaces, type NetworkInterface } from "./packets/live/network-interfaces.ts";
export { openLive } from "./packets/live/open-live.ts";
export type { CaptureInterface, PacketBlock } from "./packets/packet-block.ts";
export type { PacketSource } from "./packets/packet-source.ts";
export {
  type Cell,
  type Column,
  layoutTable,
  type Measure,
  type TableStyle,
  wrapText,
} from "./render/render-columns.ts";
export {
  DIFFERENCE_FORMATS,
  type DifferenceFormat,
  renderDifference,
} from "./render/render-difference.ts";
export type { Drawing } from "./render/render-drawing.ts";
export { escapeText, safeJson } from "./render/render-escape.ts";
export { renderExplanation } from "./render/render-explanation.ts";
export { FLOW_FORMATS, type FlowFormat, renderFlow, renderFlowHeader } from "./render/render-flows.ts";
export { evidenceOf } from "./render/render-group-table.ts";
export { GROUPINGS, type Grouping } from "./render/render-groups.ts";
export { renderPortList, renderProductList } from "./render/render-list.ts";
export {
  REACH_FORMATS,
  REACH_GROUPINGS,
  type ReachFormat,
  type ReachGrouping,
  type ReachRenderOptions,
  reachParts,
  renderReach,
} from "./render/render-reach.ts";
export { type ReachQuestion, renderReachExplanation } from "./render/render-reach-explanation.ts";
export {
  type RenderOptions,
  renderSummary,
  SUMMARY_FORMATS,
  type SummaryFormat,
} from "./render/render-summary.ts";
export { formatBytes, formatCount, formatDuration, formatShare } from "./render/render-units.ts";
export type {
  InterfaceSummary,
  MoreInterfaces,
  ReadRecords,
  SourceSummary,
} from "./reports/capture-summary.ts";
export {
  type ComparableSummary,
  looksLikeJson,
  parseSavedSummary,
  withVerdicts,
} from "./reports/compare/comparable-summary.ts";
export { type CheckResult, checkExpectations, type Deviation } from "./reports/compare/expectation-check.ts";
export {
  EXPECTED_SCHEMA,
  type Expectations,
  expectationsOf,
  type Limit,
  type Limits,
  type ProductExpectation,
  parseExpectations,
} from "./reports/compare/expectations.ts";
export { loadExpectations } from "./reports/compare/load-expectations.ts";
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
} from "./reports/compare/summary-difference.ts";
export type { Directions, FlowEndpoint, FlowReport } from "./reports/flow-report.ts";
export type { DeviceTraffic, LiveFlows } from "./reports/flows/live-flows.ts";
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
} from "./reports/reach/reach-report.ts";
export type { RecordWeird } from "./reports/record-weirds.ts";
export type {
  FamilySummary,
  FlowShare,
  HostSummary,
  PacketClasses,
  PortSummary,
  ProductSummary,
  Share,
  Summary,
  Traffic,
} from "./reports/traffic/summary.ts";
export { shellFileName } from "./shell-word.ts";
