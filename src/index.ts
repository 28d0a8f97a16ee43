/** The public interface of appleflow: everything that the command line uses, and nothing else. */
export { EVIDENCE_GRADES, type Evidence, type UnattributedReason } from "./attribution/attribution.ts";
export { InputError, type InputErrorCode, type InputErrorPosition } from "./errors.ts";
export type { Moment } from "./net/moment.ts";
export { type Progress, type SummarizeOptions, summarize, summaryStatus } from "./pipeline.ts";
export { loadServiceTable } from "./services/load-service-table.ts";
export type { Product, ProductKind } from "./services/product.ts";
export type { ServiceRow } from "./services/service-row.ts";
export type { ServiceTable } from "./services/service-table.ts";
export type { Directions, FlowEndpoint, FlowReport } from "./summary/flow-report.ts";
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
