/** Compares what the program says of a capture with what the reference model says. */
import { expect } from "vitest";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { Share, Summary } from "../../src/reports/traffic/summary.ts";
import { type AnalyzeOptions, analyzeTraffic, appleList } from "./analyze.ts";
import { expectConserved } from "./conservation.ts";
import { timeText } from "./reference-report.ts";
import {
  type ReferenceShare,
  type ReferenceSummary,
  SHARES,
  summarizeReference,
} from "./reference-summary.ts";
import type { TrafficRecord } from "./traffic.ts";

/** Rounded to thousandths, summed in doubles. */
const ESTIMATE_ERROR = 0.001;

type Options = AnalyzeOptions & { readonly idleTimeoutSeconds: number; readonly maxFlows: number };

/** Analyzes the records by ports alone and fails wherever a flow or a number of the summary differs from the model's. */
export async function expectLikeReference(
  records: readonly TrafficRecord[],
  options: Options,
): Promise<{ summary: Summary; reference: ReferenceSummary }> {
  const { summary, flows } = await analyzeTraffic(records, { ...options, rules: null });
  const reference = summarizeReference(records, appleList, options);
  expectConserved(summary);
  expectSameFlows(flows, reference.flows);
  const wanted = plainReference(reference);
  expect(plain(summary)).toEqual(summary.hosts === undefined ? { ...wanted, hosts: {} } : wanted);
  expectEstimates(summary, reference);
  return { summary, reference };
}

/**
 * Flows end in an order that nothing promises. Only those that differ are compared in full: shrinking compares
 * thousands of times.
 */
function expectSameFlows(actual: readonly FlowReport[], wanted: readonly FlowReport[]): void {
  const actualTexts = actual.map((flow) => JSON.stringify(flow)).sort();
  const wantedTexts = wanted.map((flow) => JSON.stringify(flow)).sort();
  if (actualTexts.join() === wantedTexts.join()) return;
  const without = (texts: readonly string[], others: readonly string[]) => {
    const known = new Set(others);
    return texts.filter((text) => !known.has(text)).map((text) => JSON.parse(text));
  };
  expect(without(actualTexts, wantedTexts)).toEqual(without(wantedTexts, actualTexts));
  expect(actualTexts).toEqual(wantedTexts);
}

/** The summary without estimates and without the order of its lists. */
function plain(summary: Summary) {
  const { packets, bytes, durationSeconds, start, end } = summary.capture;
  const withoutEvidenceOfNone = (byEvidence: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(byEvidence).filter(([, count]) => count > 0));
  return {
    capture: { packets, bytes, durationSeconds, start, end },
    packets: summary.packets,
    bytes: summary.bytes,
    weirds: summary.weirds,
    flows: summary.flows.total,
    products: Object.fromEntries(
      summary.products.map(({ product, kind, family, retired, ...rest }) => [
        product,
        {
          ...rest,
          packets: withoutEstimate(rest.packets),
          bytes: withoutEstimate(rest.bytes),
          bytesByEvidence: withoutEvidenceOfNone(rest.bytesByEvidence),
          ports: [...rest.ports].sort(),
        },
      ]),
    ),
    families: Object.fromEntries(
      summary.families.map(({ family, flows, packets: ofPackets, bytes: ofBytes }) => [
        family,
        { flows, packets: withoutEstimate(ofPackets), bytes: withoutEstimate(ofBytes) },
      ]),
    ),
    ports: Object.fromEntries(
      summary.ports.map(({ transport, port, flows, packets: ofPackets, bytes: ofBytes }) => [
        `${transport}/${port}`,
        { flows, packets: ofPackets, bytes: ofBytes },
      ]),
    ),
    unattributed: Object.fromEntries(
      Object.entries(summary.unattributed.byReason).filter(([, traffic]) => traffic.flows > 0),
    ),
    hosts: Object.fromEntries(
      (summary.hosts ?? []).map(({ address, name: _name, domains: _domains, ...traffic }) => [
        address,
        traffic,
      ]),
    ),
  };
}

function plainReference(reference: ReferenceSummary) {
  const time = (moment: bigint | null) => (moment === null ? null : timeText(moment));
  return {
    capture: reference.capture,
    packets: reference.packets,
    bytes: reference.bytes,
    weirds: reference.weirds,
    flows: reference.flows.length,
    products: mapValues(reference.products, ({ first, last, ports, packets, bytes, ...rest }) => ({
      ...rest,
      packets: withoutEstimate(packets),
      bytes: withoutEstimate(bytes),
      bytesByEvidence: Object.fromEntries(
        Object.entries(rest.bytesByEvidence).filter(([, count]) => count > 0),
      ),
      firstSeen: time(first),
      lastSeen: time(last),
      ports: [...ports].sort(),
    })),
    families: mapValues(reference.families, ({ flows, packets, bytes }) => ({
      flows,
      packets: withoutEstimate(packets),
      bytes: withoutEstimate(bytes),
    })),
    ports: Object.fromEntries(reference.ports),
    unattributed: Object.fromEntries(reference.unattributed),
    hosts: Object.fromEntries(reference.hosts),
  };
}

function expectEstimates(summary: Summary, reference: ReferenceSummary): void {
  const near = (actual: Share, wanted: ReferenceShare) => {
    const exact = Number((wanted.estimate * 1_000_000n) / SHARES) / 1_000_000;
    expect(Math.abs(actual.estimate - exact)).toBeLessThanOrEqual(ESTIMATE_ERROR + exact * 1e-12);
  };
  for (const what of ["packets", "bytes"] as const) {
    for (const product of summary.products) {
      const wanted = reference.products.get(product.product);
      if (wanted !== undefined) near(product[what], wanted[what]);
    }
    for (const family of summary.families) {
      const wanted = reference.families.get(family.family);
      if (wanted !== undefined) near(family[what], wanted[what]);
    }
  }
}

function withoutEstimate({ sole, possible }: { sole: number; possible: number }) {
  return { sole, possible };
}

function mapValues<V, W>(map: ReadonlyMap<string, V>, change: (value: V) => W): Record<string, W> {
  return Object.fromEntries([...map].map(([key, value]) => [key, change(value)]));
}
