/** Runs the real session over traffic given as data, as captures are read. */
import type { ReadingOptions } from "../../src/engine/reading-options.ts";
import { Session } from "../../src/engine/session.ts";
import type { EvidenceRules } from "../../src/knowledge/evidence/evidence-rules.ts";
import { loadEvidenceRules } from "../../src/knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../src/knowledge/port-list/load-service-table.ts";
import type { ServiceTable } from "../../src/knowledge/port-list/service-table.ts";
import type { PacketSource } from "../../src/packets/packet-source.ts";
import type { Collector } from "../../src/reports/collector.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import { withHosts } from "../../src/reports/traffic/build-summary.ts";
import { HostCollector } from "../../src/reports/traffic/host-collector.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";
import { type MemorySourceOptions, memorySource } from "./memory-source.ts";
import { type TrafficRecord, toMemoryRecord } from "./traffic.ts";

/** Apple's list, loaded once. */
export const appleList: ServiceTable = loadServiceTable();
/** The project's own rules, loaded once. */
export const appleRules: EvidenceRules = loadEvidenceRules(appleList);

/** A low default limit, because reserving memory for two million flows takes time. */
const MAX_FLOWS = 2000;

/** The result: the summary, and every flow in the order in which they ended. */
export interface Analyzed {
  readonly summary: Summary;
  readonly flows: readonly FlowReport[];
}

/** `domainOf`: null to leave out hosts. */
export type AnalyzeOptions = ReadingOptions &
  MemorySourceOptions & { readonly domainOf?: ((name: string) => string) | null };

/** Analyzes one capture. */
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
  const { services = appleList, maxFlows = MAX_FLOWS, domainOf = (name: string) => name } = options;
  const flows: FlowReport[] = [];
  const traffic = new TrafficCollector(services);
  const hosts = domainOf === null ? null : new HostCollector(domainOf, { hosts: maxFlows });
  const each = new FlowCollector((flow) => flows.push(flow));
  const session = testSession(options, [traffic, ...(hosts === null ? [] : [hosts]), each]);
  for (const records of captures)
    await readWhole(session, memorySource(records.map(toMemoryRecord), options));
  const summary = session.report(traffic);
  return { summary: hosts === null ? summary : withHosts(summary, session.report(hosts)), flows };
}

/** A session with Apple's list and rules, unless the options name others. */
export function testSession(options: ReadingOptions, collectors: readonly Collector<unknown>[]): Session {
  const { services = appleList, rules = appleRules } = options;
  return new Session({ services, rules }, { maxFlows: MAX_FLOWS, ...options }, collectors);
}

/** Reads a source to its end. */
export async function readWhole(session: Session, source: PacketSource): Promise<void> {
  for await (const _ of session.read(source));
}
