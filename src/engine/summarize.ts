/** The library's main functions for captures: summary and flows. Reachability has a file of its own. */

import { anonymiseExplanation, anonymiseFlow } from "../anonymise/anonymous-flow.ts";
import { anonymiseSummary } from "../anonymise/anonymous-summary.ts";
import { InputError } from "../errors.ts";
import type { SourceSummary } from "../reports/capture-summary.ts";
import { isReadWhole } from "../reports/completeness.ts";
import { ContentCachingCollector } from "../reports/content-caching/content-caching-collector.ts";
import { loadCacheableContent } from "../reports/content-caching/load-cacheable-content.ts";
import { DeviceCollector } from "../reports/devices/device-collector.ts";
import type { NetworkChoice } from "../reports/devices/networks.ts";
import type { FlowReport } from "../reports/flow-report.ts";
import { ChosenFlows, type FlowChoice } from "../reports/flows/chosen-flows.ts";
import { FlowCollector, type FlowReceiver } from "../reports/flows/flow-collector.ts";
import type { BucketRow } from "../reports/history/bucket-row.ts";
import type { ReachCollector } from "../reports/reach/reach-collector.ts";
import {
  ofChosenFlows,
  withContentCaching,
  withDevices,
  withHosts,
  withSeries,
  withServers,
} from "../reports/traffic/build-summary.ts";
import { HostCollector } from "../reports/traffic/host-collector.ts";
import { ServerCollector } from "../reports/traffic/server-collector.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { TrafficCollector } from "../reports/traffic/traffic-collector.ts";
import { bucketRows, historyCollector, seriesCollector } from "./bucket-collectors.ts";
import { tenanciesOf } from "./device-choice.ts";
import { type CaptureOptions, readCaptures, readSession } from "./read-captures.ts";
import { type Knowledge, loadKnowledge, wholeSeconds } from "./reading-options.ts";
import { Session } from "./session.ts";

/** Options of the reports that can also pass on single flows. */
export interface FlowOptions extends CaptureOptions {
  /** Receives every flow once it has ended; during the call, `explain` returns the reasons for its attribution. */
  readonly onFlow?: FlowReceiver;
  /**
   * Seconds after which `onFlow` receives a live flow, and again at their multiples (default: only when it has ended):
   * each time with its traffic since then, and `continues`. A whole number.
   */
  readonly activeTimeoutSeconds?: number;
  /** Selects the flows that `onFlow` receives, by their real names, regardless of `pseudonyms`. */
  readonly isFlowMeant?: (flow: FlowReport) => boolean;
}

/** Options of {@link summarize}. */
export interface SummarizeOptions extends FlowOptions {
  /** Adds traffic per device and domain to the summary. */
  readonly withHosts?: boolean;
  /**
   * Adds totals over time ({@link Summary.series}) in buckets of this many seconds, a whole number, since 1970; "auto":
   * some hundred buckets of a second, a day, or a common length between them.
   */
  readonly everySeconds?: number | "auto";
  /**
   * Receives the traffic of each bucket of `everySeconds` (not "auto") by group and end, which is then not in
   * {@link Summary.series}: rows by time, owned by the caller.
   */
  readonly onBucketRows?: (rows: readonly BucketRow[]) => void;
  /** Adds the traffic of devices by network to the summary. */
  readonly networks?: NetworkChoice;
  /** Adds traffic per server to the summary. */
  readonly withServers?: boolean;
  /**
   * Only the flows of devices with this name, address, hardware address or id. Captures are read twice: none of them may be
   * a pipe. The traffic of other flows is in {@link Summary.otherFlows}.
   */
  readonly device?: string;
  /**
   * Only the flows for which evidence names one of these products, by its canonical name, alone or among others. The traffic of
   * all other flows is in {@link Summary.otherFlows}.
   */
  readonly products?: readonly string[];
}

/**
 * Reads captures into one summary, owned by the caller. Read errors are in the summary's sources, not thrown:
 * see {@link summaryStatus}.
 *
 * @param captures files, directories, "-" for standard input
 * @throws InputError `bad_argument` or `bad_filter` for invalid options or an unknown device; `cannot_open` or `bad_data_file` if
 * the package's data cannot be read
 *
 * @example
 * ```ts
 * import { summarize } from "appleflow";
 *
 * const summary = await summarize(["office.pcapng"], { idleTimeoutSeconds: 300 });
 * for (const { product, identified } of summary.products) console.log(product, identified.bytes);
 * ```
 */
export async function summarize(
  captures: readonly string[],
  options: SummarizeOptions = {},
): Promise<Summary> {
  const { summary } = await readSummary(captures, options, loadKnowledge(options), null);
  return options.pseudonyms === undefined ? summary : anonymiseSummary(summary, options.pseudonyms);
}

/** The summary, with pseudonyms if requested, and the session, for `attempts`. */
export async function readSummary(
  captures: readonly string[],
  options: SummarizeOptions,
  knowledge: Knowledge,
  attempts: ReachCollector | null,
): Promise<{ readonly summary: Summary; readonly session: Session }> {
  const traffic = new TrafficCollector(knowledge.services);
  const hosts = options.withHosts ? new HostCollector(await loadDomainOf()) : null;
  const servers = options.withServers ? new ServerCollector() : null;
  const devices = deviceCollector(knowledge, options.networks);
  const { onBucketRows } = options;
  const series = onBucketRows === undefined ? seriesCollector(knowledge, options) : null;
  const history = onBucketRows === undefined ? null : historyCollector(knowledge, options);
  const { rules, services } = knowledge;
  const caching = rules === null ? null : new ContentCachingCollector(loadCacheableContent(services));
  const all = [
    traffic,
    devices,
    caching,
    servers,
    hosts,
    series,
    history,
    attempts,
    ...flowCollectors(options),
  ];
  const collectors = all.filter((one) => one !== null);
  const choice = await flowChoice(captures, options, knowledge);
  const chosen = choice === null ? null : new ChosenFlows(collectors, choice);
  const session = await readSession(captures, options, knowledge, chosen === null ? collectors : [chosen]);
  let summary = session.report(traffic);
  if (devices !== null) summary = withDevices(summary, session.report(devices));
  if (series !== null) summary = withSeries(summary, session.report(series));
  if (history !== null) onBucketRows?.(bucketRows(session.report(history), options));
  if (servers !== null) summary = withServers(summary, session.report(servers));
  if (caching !== null) summary = withContentCaching(summary, session.report(caching));
  if (hosts !== null) summary = withHosts(summary, session.report(hosts));
  if (chosen !== null) summary = ofChosenFlows(summary, options, session.report(chosen));
  return { summary, session };
}

/** Which flows are wanted, and null for all. */
async function flowChoice(
  captures: readonly string[],
  options: SummarizeOptions,
  knowledge: Knowledge,
): Promise<FlowChoice | null> {
  const { device, products, activeTimeoutSeconds } = options;
  if (device === undefined && products === undefined) return null;
  if (activeTimeoutSeconds !== undefined) {
    const message =
      "activeTimeoutSeconds cannot be combined with device or products: they are known only when a flow has ended";
    throw new InputError("bad_argument", message);
  }
  if (products !== undefined) checkProducts(products, knowledge);
  return {
    ...(device !== undefined && { tenancies: await tenanciesOf(device, captures, options, knowledge) }),
    ...(products !== undefined && { products: new Set(products) }),
  };
}

/** Throws `InputError` for a name that no product has: a typing error would select nothing, without a word. */
function checkProducts(products: readonly string[], { services, rules }: Knowledge): void {
  if (rules === null) {
    throw new InputError(
      "bad_argument",
      "products needs evidence: in port-only mode no flow has a named product",
    );
  }
  const unknown = products.find((name) => services.product(name)?.name !== name);
  if (unknown !== undefined) throw new InputError("bad_argument", `no product has the name "${unknown}"`);
}

/**
 * Reads captures like `summarize`, and yields each flow when it has ended, in that order;
 * with `activeTimeoutSeconds` also while it lives. Reads no further than iteration requires:
 * memory depends on the live flows. The caller owns each flow. Read errors are not reported; to get
 * them, use {@link summarize} with `onFlow`.
 *
 * @throws InputError like {@link summarize}, on the first iteration
 *
 * @example
 * ```ts
 * import { flows } from "appleflow";
 *
 * for await (const flow of flows(["office.pcapng"])) console.log(flow.responder.address, flow.class, flow.products);
 * ```
 */
export async function* flows(
  captures: readonly string[],
  options: CaptureOptions & Pick<FlowOptions, "activeTimeoutSeconds"> = {},
): AsyncGenerator<FlowReport, void> {
  const ended: FlowReport[] = [];
  const collectors = flowCollectors({ ...options, onFlow: (flow) => ended.push(flow) });
  const session = new Session(loadKnowledge(options), options, collectors);
  for await (const _ of readCaptures(session, captures, options)) yield* ended.splice(0);
  for (const _ of session.finish()) yield* ended.splice(0);
}

/** Collects the devices' traffic; null in port-only mode. */
export function deviceCollector(
  { services, rules }: Knowledge,
  networks: NetworkChoice | null = null,
): DeviceCollector | null {
  return rules === null ? null : new DeviceCollector(services, networks);
}

/** Passes on the selected flows, with pseudonyms if requested; nothing without a receiver. */
export function flowCollectors(options: FlowOptions): readonly FlowCollector[] {
  const { onFlow, isFlowMeant, pseudonyms, activeTimeoutSeconds } = options;
  if (onFlow === undefined) return [];
  const receive: FlowReceiver = (flow, explain) => {
    if (isFlowMeant?.(flow) === false) return;
    if (pseudonyms === undefined) onFlow(flow, explain);
    else onFlow(anonymiseFlow(flow, pseudonyms), () => anonymiseExplanation(explain(), pseudonyms));
  };
  const activeSeconds =
    activeTimeoutSeconds === undefined ? null : wholeSeconds("activeTimeoutSeconds", activeTimeoutSeconds);
  return [new FlowCollector(receive, activeSeconds)];
}

/** The registrable domain by the public suffix list, which takes a moment to load. */
async function loadDomainOf(): Promise<(name: string) => string> {
  const { getDomain } = await import("tldts");
  return (name) => getDomain(name, { allowPrivateDomains: false }) ?? name;
}

/**
 * How complete a summary is, as the exit status of the command line (docs/contract.md, "Exit status"): 0 everything
 * was read; 2 a source was not read to its end, or has packets of an unsupported link type; 3 nothing could be read.
 *
 * @example
 * ```ts
 * import { summarize, summaryStatus } from "appleflow";
 *
 * const summary = await summarize(["office.pcapng"]);
 * if (summaryStatus(summary) !== 0) {
 *   for (const { name, error } of summary.capture.sources) console.error(name, error?.message ?? "complete");
 * }
 * ```
 */
export function summaryStatus(summary: Summary): 0 | 2 | 3 {
  const { sources } = summary.capture;
  // A capture without any described interface had no readable beginning.
  const isUnread = ({ interfaces, error, packets }: SourceSummary) =>
    error !== null && interfaces.length === 0 && packets === 0;
  if (sources.every(isUnread)) return 3;
  return isReadWhole(summary.capture) && summary.packets.unsupportedLinkType === 0 ? 0 : 2;
}
