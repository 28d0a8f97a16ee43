/**
 * The public interface of appleflow: reads captures and live interfaces, and returns plain objects.
 *
 * `appleflow/render` formats these as text; `appleflow/firewall` makes allow-lists and audits rulesets.
 */

// Functions, with their options and results.

export { loadPseudonyms } from "./anonymise/load-pseudonyms.ts";
export type { Pseudonyms } from "./anonymise/pseudonyms.ts";
export { type Classification, type Connection, classify } from "./engine/classify.ts";
export { type IntervalRecord, type IntervalReport, intervalRecord } from "./engine/interval-report.ts";
export { monitor } from "./engine/monitor.ts";
export type { LiveView, MonitorOptions } from "./engine/monitor-options.ts";
export { type ReachOptions, reach, summarizeWithReach } from "./engine/reach.ts";
export type { CaptureOptions, Progress } from "./engine/read-captures.ts";
export type { ReadingOptions } from "./engine/reading-options.ts";
export {
  type FlowOptions,
  flows,
  type SummarizeOptions,
  summarize,
  summaryStatus,
} from "./engine/summarize.ts";
export { InputError, type InputErrorCode, type InputErrorPosition } from "./errors.ts";
export type { Advice } from "./knowledge/advice/advice.ts";
export { type AdviceOptions, loadAdvice } from "./knowledge/advice/load-advice.ts";
export type { EvidenceRules } from "./knowledge/evidence/evidence-rules.ts";
export { type EvidenceRulesOptions, loadEvidenceRules } from "./knowledge/evidence/load-evidence-rules.ts";
export {
  loadServiceTable as loadPortList,
  type ServiceTableOptions as PortListOptions,
} from "./knowledge/port-list/load-service-table.ts";
export type { ServiceTable } from "./knowledge/port-list/service-table.ts";
export type { Ring } from "./packets/files/ring-files.ts";
export { SavedCapture } from "./packets/files/saved-capture.ts";
export { findDefaultInterface } from "./packets/live/default-route.ts";
export type { BackendName, LiveOptions, LiveSource } from "./packets/live/live-source.ts";
export { listInterfaces, type NetworkInterface } from "./packets/live/network-interfaces.ts";
export { openLive } from "./packets/live/open-live.ts";
export { openRemote, openStream } from "./packets/live/open-remote.ts";
export {
  compareSummaries,
  type DifferenceOptions,
  type SummaryDifference,
} from "./reports/compare/summary-difference.ts";
export type { FlowReport } from "./reports/flow-report.ts";
export type { ReachReport } from "./reports/reach/reach-report.ts";
export type { Summary } from "./reports/traffic/summary.ts";

// Types used by those.

export type { HistorySink } from "./engine/history-sink.ts";
export type { IntervalClass, IntervalProduct, LiveInterface, LiveTotals } from "./engine/interval-report.ts";
export type { PacketSink } from "./engine/live-pass.ts";
export type { Direction, LiveRates, RecentTraffic } from "./engine/live-rates.ts";
export type { MonitorClock } from "./engine/monitor-options.ts";
export type { Rates } from "./engine/rate-table.ts";
export type { Explanation } from "./evidence/attribution/attribution.ts";
export type {
  Attribution,
  ClassReason,
  Evidence,
  Finding,
  FindingEffect,
  FindingVerdict,
  FlowClass,
  WeighedFinding,
} from "./evidence/attribution/evidence.ts";
export type { SpokenBytes, SpokenProtocol } from "./evidence/attribution/spoken-protocol.ts";
export type { WeighedEvidence } from "./evidence/attribution/weigh-evidence.ts";
export type { OrientationName } from "./flows/orientation.ts";
export type { TcpState } from "./flows/tcp-state.ts";
export type { AdviceRow, AdviceValues, Situation } from "./knowledge/advice/advice.ts";
export type { BonjourRule, BonjourRules } from "./knowledge/evidence/bonjour-rules.ts";
export type {
  AppleHardware,
  DeviceRules,
  DeviceSignKind,
  DeviceSignRule,
  DeviceSignStrength,
  DeviceSigns,
} from "./knowledge/evidence/device-signs.ts";
export type {
  DocumentedMatch,
  DocumentedNetwork,
  DocumentedNetworks,
} from "./knowledge/evidence/documented-networks.ts";
export type { ProductFinder } from "./knowledge/evidence/evidence-rows.ts";
export type { HostPattern } from "./knowledge/evidence/host-pattern.ts";
export type { HostMatch, HostRule, HostRules, HostUse } from "./knowledge/evidence/host-rules.ts";
export type { InfrastructurePorts, InfrastructureRule } from "./knowledge/evidence/infrastructure-ports.ts";
export type { IpPrefix } from "./knowledge/evidence/ip-prefix.ts";
export type { NetworkRules } from "./knowledge/evidence/network-rules.ts";
export type { ProcessMatch, ProcessRule, ProcessRules } from "./knowledge/evidence/process-rules.ts";
export type {
  ProtocolSign,
  ProtocolSignMatch,
  ProtocolSignRule,
  ProtocolSigns,
} from "./knowledge/evidence/protocol-signs.ts";
export type { HiddenDomain, SpecialDomain, SpecialDomains } from "./knowledge/evidence/special-domains.ts";
export type { PortRange, RowTransport } from "./knowledge/port-list/port-cell.ts";
export type {
  Product,
  ProductBegin,
  ProductEnd,
  ProductFamily,
  ProductKind,
  ProductRole,
} from "./knowledge/port-list/product.ts";
export type { AppleEnd, RowProtocols, RowSign, SignStrength } from "./knowledge/port-list/row-protocols.ts";
export type { RowProduct, ServiceRow } from "./knowledge/port-list/service-row.ts";
export type { PortMatch, PortSpecificity, TransportIndex } from "./knowledge/port-list/service-table.ts";
export type { Ipv6Words } from "./net/address-text.ts";
export type { ProductSign, Protocol } from "./net/application-protocols.ts";
export type { Moment } from "./net/moment.ts";
export type { CapturedProcess, ProcessIdentity } from "./packets/captured-process.ts";
export type { ReaderName } from "./packets/files/reader-name.ts";
export type { LiveCounters, LiveEvent, ProgramEnvironment, SourceKind } from "./packets/live/live-source.ts";
export type { BlockPlace, CaptureInterface, PacketBlock, PacketColumns } from "./packets/packet-block.ts";
export type { PacketSource } from "./packets/packet-source.ts";
export type {
  CaptureSummary,
  DuplicateSummary,
  InterfaceSummary,
  MoreInterfaces,
  MoreSources,
  ReadRecords,
  SourceFormat,
  SourceSummary,
  SummaryOptions,
  TunnelSummary,
} from "./reports/capture-summary.ts";
export type { ComparableProduct, ComparableSummary } from "./reports/compare/comparable-summary.ts";
export type {
  Change,
  ChangedPart,
  ComparedGroup,
  GroupDifference,
  VerdictDifference,
} from "./reports/compare/group-difference.ts";
export type { PortDifference } from "./reports/compare/port-difference.ts";
export type {
  ClassDifference,
  ComparedCapture,
  DifferenceGrouping,
  NamedSummary,
} from "./reports/compare/summary-difference.ts";
export type { SourceCompleteness } from "./reports/completeness.ts";
export type {
  DeviceGroup,
  DeviceSummary,
  DevicesSummary,
  EndSummary,
  NetworkSummary,
} from "./reports/devices/device-report.ts";
export type { NetworkChoice } from "./reports/devices/networks.ts";
export type { Directions, FlowEndpoint } from "./reports/flow-report.ts";
export type { ExplainedFlow, FlowEnds } from "./reports/flows/explained-flow.ts";
export type { FlowReceiver } from "./reports/flows/flow-collector.ts";
export type {
  FlowClaim,
  LiveFlow,
  LiveFlowOrder,
  LiveFlowQuery,
  LiveFlows,
} from "./reports/flows/live-flows.ts";
export type { GroupService } from "./reports/group-id.ts";
export type { BucketRow, Party, RestClass } from "./reports/history/bucket-row.ts";
export type { AttemptSink } from "./reports/reach/attempt-tally.ts";
export type {
  AttemptVerdict,
  BlockedName,
  BrokenFamily,
  HttpAnswer,
  ListedProduct,
  MissingName,
  NameRefusal,
  PortOnlyService,
  PortScan,
  ReachNeed,
  ReachProduct,
  ReachRow,
  ReachTarget,
  ReachVerdict,
  UnlistedPort,
  VerdictCounts,
} from "./reports/reach/reach-report.ts";
export type { FlowRecordLack, FlowRecordSummary } from "./reports/record-summary.ts";
export type { RecordWeird, RecordWeirds } from "./reports/record-weirds.ts";
export type { DirectionBytes, IntervalTraffic } from "./reports/series/live-series.ts";
export type {
  BucketDevice,
  BucketEnd,
  BucketGroup,
  BucketTraffic,
  Series,
  SeriesBucket,
} from "./reports/series/series-report.ts";
export type {
  AppleSummary,
  Claims,
  ContentCache,
  ContentCaching,
  DomainTraffic,
  FamilySummary,
  GroupSummary,
  HostSummary,
  NameTraffic,
  PacketClasses,
  PortSummary,
  ProductSummary,
  ServerSummary,
  SummaryProgram,
  Traffic,
} from "./reports/traffic/summary.ts";
