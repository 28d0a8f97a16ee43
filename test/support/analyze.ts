/** Runs the real analysis over traffic as data, the way the pipeline does. */
import { Analysis } from "../../src/engine/analysis.ts";
import type { AnalysisOptions } from "../../src/engine/analysis-options.ts";
import type { EvidenceRules } from "../../src/knowledge/evidence/evidence-rules.ts";
import { loadEvidenceRules } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import type { ServiceTable } from "../../src/knowledge/port-list/service-table.ts";
import type { FlowReport } from "../../src/reports/flows/flow-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { type MemorySourceOptions, memorySource } from "./memory-source.ts";
import { type TrafficRecord, toMemoryRecord } from "./traffic.ts";

/** Apple's list, loaded once. */
export const appleList: ServiceTable = loadServiceTable();
/** The project's own rules, loaded once. */
export const appleRules: EvidenceRules = loadEvidenceRules(appleList);

/** What came out: the summary, and every flow in the order in which they ended. */
export interface Analyzed {
  readonly summary: Summary;
  readonly flows: readonly FlowReport[];
}

export type AnalyzeOptions = Partial<Omit<AnalysisOptions, "onFlow">> & MemorySourceOptions;

/** Analyzes one capture. Few flows at once unless told otherwise: room for two million takes time to reserve. */
export function analyzeTraffic(
  records: readonly TrafficRecord[],
  options: AnalyzeOptions = {},
): Promise<Analyzed> {
  return analyzeCaptures([records], options);
}

/** Analyzes captures one after the other. */
export async function analyzeCaptures(
  captures: readonly (readonly TrafficRecord[])[],
  options: AnalyzeOptions = {},
): Promise<Analyzed> {
  const flows: FlowReport[] = [];
  const analysis = new Analysis({
    services: options.services ?? appleList,
    rules: options.rules === undefined ? appleRules : options.rules,
    idleTimeoutSeconds: options.idleTimeoutSeconds ?? 3600,
    maxFlows: options.maxFlows ?? 2000,
    from: options.from ?? null,
    to: options.to ?? null,
    filter: options.filter ?? null,
    domainOf: options.domainOf === undefined ? (name) => name : options.domainOf,
    onFlow: (flow) => flows.push(flow),
  });
  for (const records of captures) await analysis.read(memorySource(records.map(toMemoryRecord), options));
  return { summary: analysis.finish(), flows };
}
