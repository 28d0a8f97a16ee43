/** Reachability from captures, alone or with a summary. Separate from `summarize.ts`, which most runs need alone. */

import { anonymiseReach } from "../anonymise/anonymous-reach.ts";
import { anonymiseSummary } from "../anonymise/anonymous-summary.ts";
import type { AttemptSink } from "../reports/reach/attempt-tally.ts";
import { loadProductNeeds } from "../reports/reach/load-product-needs.ts";
import { ReachCollector } from "../reports/reach/reach-collector.ts";
import type { ReachReport } from "../reports/reach/reach-report.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { TrafficCollector } from "../reports/traffic/traffic-collector.ts";
import { readSession } from "./read-captures.ts";
import { type Knowledge, loadKnowledge } from "./reading-options.ts";
import { type FlowOptions, flowCollectors, readSummary, type SummarizeOptions } from "./summarize.ts";

/** Options of {@link reach}. */
export interface ReachOptions extends FlowOptions {
  /** Receives every attempt with its verdict, those of one direction as if both were known. */
  readonly onAttempt?: AttemptSink;
}

/**
 * Reads captures once for both a summary and reachability, as {@link summarize} and {@link reach} do. The caller owns
 * both. With `device`, or if flow logs were read, there is no reachability: `report` is null.
 *
 * @throws InputError as {@link summarize}
 *
 * @example
 * ```ts
 * import { summarizeWithReach } from "appleflow";
 * import { renderSummary } from "appleflow/render";
 *
 * const { summary, report } = await summarizeWithReach(["office.pcapng"], { everySeconds: "auto" });
 * process.stdout.write(await renderSummary(summary, { format: "html", ...(report && { reach: report }) }));
 * ```
 */
export async function summarizeWithReach(
  captures: readonly string[],
  options: SummarizeOptions = {},
): Promise<{ readonly summary: Summary; readonly report: ReachReport | null }> {
  const knowledge = loadKnowledge(options);
  const isWhole = options.device === undefined && options.products === undefined;
  const attempts = isWhole ? reachCollector(knowledge) : null;
  const { summary, session } = await readSummary(captures, options, knowledge, attempts);
  const report = attempts === null || session.logs.hasRead ? null : session.report(attempts);
  const { pseudonyms } = options;
  if (pseudonyms === undefined) return { summary, report };
  const hidden = anonymiseSummary(summary, pseudonyms);
  return { summary: hidden, report: report && anonymiseReach(report, hidden.capture, pseudonyms) };
}

/**
 * Reads captures like `summarize`, and reports which of Apple's services could be reached. The report's `capture` is
 * the summary's, which is returned with it. The caller owns both.
 *
 * @throws InputError as {@link summarize}
 *
 * @example
 * ```ts
 * import { reach } from "appleflow";
 *
 * const { report } = await reach(["office.pcapng"]);
 * for (const { product, verdict } of report.products) console.log(product, verdict);
 * ```
 */
export async function reach(
  captures: readonly string[],
  options: ReachOptions = {},
): Promise<{ readonly report: ReachReport; readonly summary: Summary }> {
  const knowledge = loadKnowledge(options);
  const traffic = new TrafficCollector(knowledge.services);
  const attempts = reachCollector(knowledge, options.onAttempt);
  const collectors = [traffic, attempts, ...flowCollectors(options)];
  const session = await readSession(captures, { ...options, packetsOnlyFor: "reach" }, knowledge, collectors);
  const summary = session.report(traffic);
  const report = session.report(attempts);
  const { pseudonyms } = options;
  if (pseudonyms === undefined) return { report, summary };
  const hidden = anonymiseSummary(summary, pseudonyms);
  return { report: anonymiseReach(report, hidden.capture, pseudonyms), summary: hidden };
}

/** Collects the outcome of attempts, by the project's own list of what products need. */
export function reachCollector(
  { services, rules }: Knowledge,
  onAttempt: AttemptSink | null = null,
): ReachCollector {
  const needs = loadProductNeeds((name) => services.product(name));
  return new ReachCollector(services, rules, needs, onAttempt);
}
