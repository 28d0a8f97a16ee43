/** Runs captures in memory through the whole program: open, decode, flows, summary. */
import type { ReadingOptions } from "../../src/engine/reading-options.ts";
import { Session } from "../../src/engine/session.ts";
import { InputError } from "../../src/errors.ts";
import { loadEvidenceRules } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import type { PacketBlock } from "../../src/packets/packet-block.ts";
import type { PacketSource } from "../../src/packets/packet-source.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import { withHosts } from "../../src/reports/traffic/build-summary.ts";
import { HostCollector } from "../../src/reports/traffic/host-collector.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";

const services = loadServiceTable();
const rules = loadEvidenceRules(services);

/** Reserving memory for two million flows takes time. */
const MAX_FLOWS = 4096;

export type AnalyzeBytesOptions = Omit<ReadingOptions, "services" | "pseudonyms">;

/** The result. */
export interface AnalyzedBytes {
  readonly summary: Summary;
  readonly flows: readonly FlowReport[];
  /** Records delivered by the reader, including filtered ones. */
  readonly records: number;
}

/** Opens a capture in memory into `block`; may throw `InputError`. */
export type OpenBytes = (block: PacketBlock) => PacketSource | Promise<PacketSource>;

/** One session with captures, one after the other. Throws only for bugs. */
export async function analyzeBytes(
  captures: readonly OpenBytes[],
  options: AnalyzeBytesOptions = {},
): Promise<AnalyzedBytes> {
  const flows: FlowReport[] = [];
  const traffic = new TrafficCollector(services);
  const hosts = new HostCollector((name) => name, { hosts: options.maxFlows ?? MAX_FLOWS });
  const each = new FlowCollector((flow, explain) => {
    flows.push(flow);
    explain();
  });
  const session = new Session({ services, rules }, { maxFlows: MAX_FLOWS, ...options }, [
    traffic,
    hosts,
    each,
  ]);
  for (const open of captures) {
    try {
      for await (const _ of session.read(await open(session.kernel.createBlock())));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      session.sources.fail("capture", error);
    }
  }
  const summary = withHosts(session.report(traffic), session.report(hosts));
  return { summary, flows, records: session.records };
}
