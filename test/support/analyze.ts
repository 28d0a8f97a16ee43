/** Runs the real analysis over traffic as data, the way the pipeline does. */
import { Analysis, type AnalysisOptions } from "../../src/analysis.ts";
import { Attributor } from "../../src/attribution/attribution.ts";
import { serviceSide } from "../../src/flows/orientation.ts";
import { loadServiceTable } from "../../src/services/load-service-table.ts";
import type { ServiceTable, TransportIndex } from "../../src/services/service-table.ts";
import { describeFlow, type FlowReport } from "../../src/summary/flow-report.ts";
import type { Summary } from "../../src/summary/summary.ts";
import { type MemorySourceOptions, memorySource } from "./memory-source.ts";
import { type TrafficRecord, toMemoryRecord } from "./traffic.ts";

/** Apple's list, loaded once. */
export const appleList: ServiceTable = loadServiceTable();

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
  const services = options.services ?? appleList;
  const attributor = new Attributor(services);
  const flows: FlowReport[] = [];
  const analysis = new Analysis({
    services,
    idleTimeoutSeconds: options.idleTimeoutSeconds ?? 3600,
    maxFlows: options.maxFlows ?? 2000,
    from: options.from ?? null,
    to: options.to ?? null,
    filter: options.filter ?? null,
    withHosts: options.withHosts ?? true,
    onFlow: (flow, oriented, timeDigits) => {
      const attribution = attributor.byPort(
        flow.transport as TransportIndex,
        flow.port(serviceSide(oriented)),
      );
      flows.push(describeFlow(flow, oriented, attribution, timeDigits));
    },
  });
  for (const records of captures) await analysis.read(memorySource(records.map(toMemoryRecord), options));
  return { summary: analysis.finish(), flows };
}
