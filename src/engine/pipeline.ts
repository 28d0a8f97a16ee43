/**
 * The library's main entry: from names of captures to a summary, or to flows. Opens one source after the other and
 * gives its packets to one analysis, so that flows go on from file to file.
 */

import { anonymiseExplanation, anonymiseFlow } from "../anonymise/anonymous-flow.ts";
import { anonymiseReach } from "../anonymise/anonymous-reach.ts";
import { anonymiseSummary } from "../anonymise/anonymous-summary.ts";
import type { Pseudonyms } from "../anonymise/pseudonyms.ts";
import { InputError } from "../errors.ts";
import type { Explanation } from "../evidence/attribution/attribution.ts";
import { compileFilter } from "../filter/compile-filter.ts";
import { DEFAULT_IDLE_TIMEOUT_SECONDS, DEFAULT_MAX_FLOWS } from "../flows/flow-table.ts";
import type { EvidenceRules } from "../knowledge/evidence/evidence-rules.ts";
import { loadEvidenceRules } from "../knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../knowledge/port-list/load-service-table.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import type { Moment } from "../net/moment.ts";
import { findCaptures } from "../packets/files/find-captures.ts";
import { openCapture, type ReaderName } from "../packets/files/open-capture.ts";
import type { PacketSource } from "../packets/packet-source.ts";
import type { FlowReport } from "../reports/flows/flow-report.ts";
import type { AttemptSink } from "../reports/reach/attempt-tally.ts";
import { loadProductNeeds } from "../reports/reach/load-product-needs.ts";
import { ReachCollector } from "../reports/reach/reach-collector.ts";
import type { ReachReport } from "../reports/reach/reach-report.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { Analysis } from "./analysis.ts";
import type { AnalysisOptions } from "./analysis-options.ts";

export interface SummarizeOptions {
  /** The list to attribute by; Apple's own where nothing is given (`loadServiceTable`). */
  readonly services?: ServiceTable;
  /**
   * What names, addresses and processes mean; the project's own where nothing is given (`loadEvidenceRules`), null to
   * go by ports alone.
   */
  readonly rules?: EvidenceRules | null;
  /** Seconds without a packet that end a flow (default 3600); 0: a five-tuple is one flow for the whole capture. */
  readonly idleTimeoutSeconds?: number;
  /** Flows that may be live at once (default 2,000,000). */
  readonly maxFlows?: number;
  /** Only packets from this moment on. */
  readonly from?: Moment;
  /** Only packets before this moment. */
  readonly to?: Moment;
  /** Only packets that match this expression: the usual subset of tcpdump's language. */
  readonly filter?: string;
  /** Adds traffic per device and domain to the summary. */
  readonly withHosts?: boolean;
  /** Which reader reads classic captures (default "fast"). */
  readonly reader?: ReaderName;
  /** Receives every flow once it has ended; during the call, `explain` tells why it was attributed as it was. */
  readonly onFlow?: (flow: FlowReport, explain: () => Explanation) => void;
  /** Which flows `onFlow` receives; asked by their own names, whatever `pseudonyms` makes of these. */
  readonly isFlowMeant?: (flow: FlowReport) => boolean;
  /** Names that take the place of addresses, hosts, devices, processes and files, in flows and summary (`loadPseudonyms`). */
  readonly pseudonyms?: Pseudonyms;
  /** Called after every few hundred packets; keep it short. */
  readonly onProgress?: (progress: Progress) => void;
}

/** As for a summary; `onAttempt` receives every attempt with its verdict, those of one direction as if it had both. */
export interface ReachOptions extends Omit<SummarizeOptions, "withHosts"> {
  readonly onAttempt?: AttemptSink;
}

/** How far the reading has come. */
export interface Progress {
  /** The source being read. */
  readonly source: string;
  readonly packets: number;
  /** Bytes taken from all media so far, and bytes of them in all; null where that is unknown (a pipe). */
  readonly bytesRead: number;
  readonly totalBytes: number | null;
}

/**
 * Reads captures - files, directories, "-" for standard input - into one summary. What cannot be read is said in the
 * summary's sources, not thrown. Throws `InputError` for options that cannot be used.
 */
export async function summarize(
  captures: readonly string[],
  options: SummarizeOptions = {},
): Promise<Summary> {
  const analysis = await analyze(captures, options, loadKnowledge(options), null);
  const summary = analysis.finish();
  return options.pseudonyms === undefined ? summary : anonymiseSummary(summary, options.pseudonyms);
}

/**
 * Reads captures as `summarize` does, and tells which of Apple's services could be reached. The report's `capture` is
 * the summary's, which comes with it.
 */
export async function reach(
  captures: readonly string[],
  options: ReachOptions = {},
): Promise<{ readonly report: ReachReport; readonly summary: Summary }> {
  const knowledge = loadKnowledge(options);
  const { services, rules } = knowledge;
  const needs = loadProductNeeds((name) => services.product(name));
  const collector = new ReachCollector(services, rules, needs, options.onAttempt ?? null);
  const analysis = await analyze(captures, options, knowledge, collector);
  const summary = analysis.finish();
  const report = collector.finish(summary.capture, analysis.refusedNames);
  const { pseudonyms } = options;
  if (pseudonyms === undefined) return { report, summary };
  const hidden = anonymiseSummary(summary, pseudonyms);
  return { report: anonymiseReach(report, hidden.capture, pseudonyms), summary: hidden };
}

/** What flows are attributed by. */
interface Knowledge {
  readonly services: ServiceTable;
  readonly rules: EvidenceRules | null;
}

function loadKnowledge(options: Pick<SummarizeOptions, "services" | "rules">): Knowledge {
  const services = options.services ?? loadServiceTable();
  return { services, rules: options.rules === undefined ? loadEvidenceRules(services) : options.rules };
}

/** An analysis that has read all that there is. */
async function analyze(
  captures: readonly string[],
  options: SummarizeOptions,
  { services, rules }: Knowledge,
  collector: ReachCollector | null,
): Promise<Analysis> {
  const { onProgress } = options;
  const analysis = new Analysis({
    services,
    rules,
    idleTimeoutSeconds: options.idleTimeoutSeconds ?? DEFAULT_IDLE_TIMEOUT_SECONDS,
    maxFlows: options.maxFlows ?? DEFAULT_MAX_FLOWS,
    from: options.from ?? null,
    to: options.to ?? null,
    filter: options.filter === undefined ? null : compileFilter(options.filter),
    domainOf: options.withHosts ? await loadDomainOf() : null,
    onFlow: flowReceiver(options),
    reach: collector,
  });
  const found = await findCaptures(captures);
  let bytesBefore = 0;
  for (const name of found.names) {
    let source: PacketSource;
    try {
      source = await openCapture(name, { reader: options.reader ?? "fast", block: analysis.createBlock() });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      analysis.fail(name, error);
      continue;
    }
    const report = () =>
      onProgress?.({
        source: name,
        packets: analysis.records,
        bytesRead: bytesBefore + source.bytesRead,
        totalBytes: found.totalBytes,
      });
    await analysis.read(source, onProgress === undefined ? undefined : report);
    bytesBefore += source.bytesRead;
  }
  for (const problem of found.problems) analysis.fail(problem.position.source ?? "", problem);
  return analysis;
}

/** Gives on the flows that are meant, under other names where these are wanted. */
function flowReceiver({ onFlow, isFlowMeant, pseudonyms }: SummarizeOptions): AnalysisOptions["onFlow"] {
  if (onFlow === undefined) return null;
  return (flow, explain) => {
    if (isFlowMeant?.(flow) === false) return;
    if (pseudonyms === undefined) onFlow(flow, explain);
    else onFlow(anonymiseFlow(flow, pseudonyms), () => anonymiseExplanation(explain(), pseudonyms));
  };
}

/** The registrable domain by the public suffix list, which takes a moment to load. */
async function loadDomainOf(): Promise<(name: string) => string> {
  const { getDomain } = await import("tldts");
  return (name) => getDomain(name, { allowPrivateDomains: false }) ?? name;
}

/**
 * What a summary says about its own completeness, as the exit status of the command line (docs/contract.md, "Exit status"): 0 all
 * was read; 2 a source was not read to its end, or has packets of an unsupported link type; 3 nothing could be read.
 */
export function summaryStatus(summary: Summary): 0 | 2 | 3 {
  const { sources } = summary.capture;
  // A capture that has not come to describe an interface had no readable beginning.
  if (sources.every(({ interfaces, error }) => error !== null && interfaces.length === 0)) return 3;
  const isComplete = sources.every(({ complete }) => complete) && summary.packets.unsupportedLinkType === 0;
  return isComplete ? 0 : 2;
}
