/** Runs captures in memory through everything: open, decode, flows, summary. */
import { Analysis } from "../../src/engine/analysis.ts";
import type { AnalysisOptions } from "../../src/engine/analysis-options.ts";
import { InputError } from "../../src/errors.ts";
import { loadEvidenceRules } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import type { PacketBlock } from "../../src/packets/packet-block.ts";
import type { PacketSource } from "../../src/packets/packet-source.ts";
import type { FlowReport } from "../../src/reports/flows/flow-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";

const services = loadServiceTable();
const rules = loadEvidenceRules(services);

export type AnalyzeBytesOptions = Partial<Omit<AnalysisOptions, "services" | "onFlow">>;

/** What came out. */
export interface AnalyzedBytes {
  readonly summary: Summary;
  readonly flows: readonly FlowReport[];
  /** Records that the reader handed over, those that were filtered out included. */
  readonly records: number;
}

/** Opens a capture that lies in memory, into `block`; may throw `InputError`. */
export type OpenBytes = (block: PacketBlock) => PacketSource | Promise<PacketSource>;

/** One analysis of captures, one after the other. Throws only for bugs. */
export async function analyzeBytes(
  captures: readonly OpenBytes[],
  options: AnalyzeBytesOptions = {},
): Promise<AnalyzedBytes> {
  const flows: FlowReport[] = [];
  const analysis = new Analysis({
    services,
    rules,
    idleTimeoutSeconds: 3600,
    // Room for two million flows takes time to reserve.
    maxFlows: 4096,
    from: null,
    to: null,
    filter: null,
    domainOf: (name) => name,
    ...options,
    onFlow: (flow, explain) => {
      flows.push(flow);
      explain();
    },
  });
  for (const open of captures) {
    try {
      await analysis.read(await open(analysis.createBlock()));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      analysis.fail("capture", error);
    }
  }
  return { summary: analysis.finish(), flows, records: analysis.records };
}
