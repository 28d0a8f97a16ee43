/** Compares the program's result for a capture with that of the reference model. */
import { expect } from "vitest";
import { FLOW_CLASSES } from "../../src/evidence/attribution/evidence.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { Summary, Traffic } from "../../src/reports/traffic/summary.ts";
import { type AnalyzeOptions, analyzeTraffic, appleList } from "./analyze.ts";
import { expectConserved } from "./conservation.ts";
import { timeText } from "./reference-report.ts";
import { type ReferenceClaims, type ReferenceSummary, summarizeReference } from "./reference-summary.ts";
import type { TrafficRecord } from "./traffic.ts";

type Options = AnalyzeOptions & { readonly idleTimeoutSeconds: number; readonly maxFlows: number };

/** Analyzes the records in port-only mode, and fails if any flow or number of the summary differs from the model. */
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
  return { summary, reference };
}

/**
 * The order in which flows end is not specified. Only different ones are compared in full, because shrinking compares
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

/** Maximum number of ports that a summary lists per product. */
const LISTED_PORTS = 20;

/** The summary without the order of its lists. */
function plain(summary: Summary) {
  const { packets, bytes, durationSeconds, start, end } = summary.capture;
  return {
    capture: { packets, bytes, durationSeconds, start, end },
    packets: summary.packets,
    bytes: summary.bytes,
    weirds: summary.weirds,
    flows: summary.flows.total,
    classes: summary.classes,
    groups: Object.fromEntries(
      summary.groups.map((group) => [
        `${group.class} ${group.service.transport} ${group.reason} ${group.rows.join()}`,
        trafficOf(group),
      ]),
    ),
    products: Object.fromEntries(
      summary.products.map((row) => [
        row.product,
        {
          identified: row.identified,
          oneOf: row.oneOf,
          possible: row.possible,
          possibleOnly: row.possibleOnly,
          firstSeen: row.firstSeen,
          lastSeen: row.lastSeen,
          ports: row.ports.length < LISTED_PORTS ? [...row.ports].sort() : "many",
        },
      ]),
    ),
    families: Object.fromEntries(summary.families.map(({ family, ...claims }) => [family, claims])),
    ports: Object.fromEntries(summary.ports.map((row) => [`${row.transport}/${row.port}`, trafficOf(row)])),
    hosts: Object.fromEntries((summary.hosts ?? []).map((row) => [row.address, trafficOf(row)])),
  };
}

const NONE: Traffic = { flows: 0, packets: 0, bytes: 0 };

function plainReference(reference: ReferenceSummary) {
  const time = (moment: bigint | null) => (moment === null ? null : timeText(moment));
  const claims = ({ possible, possibleOnly }: ReferenceClaims) => ({
    identified: NONE,
    oneOf: NONE,
    possible,
    possibleOnly,
  });
  return {
    capture: reference.capture,
    packets: reference.packets,
    bytes: reference.bytes,
    weirds: reference.weirds,
    flows: reference.flows.length,
    classes: classesOf(reference.groups),
    groups: Object.fromEntries(reference.groups),
    products: mapValues(reference.products, (row) => ({
      ...claims(row),
      firstSeen: time(row.first),
      lastSeen: time(row.last),
      ports: row.ports.size < LISTED_PORTS ? [...row.ports].sort() : "many",
    })),
    families: mapValues(reference.families, claims),
    ports: Object.fromEntries(reference.ports),
    hosts: Object.fromEntries(reference.hosts),
  };
}

function classesOf(groups: ReferenceSummary["groups"]) {
  const classes = Object.fromEntries(FLOW_CLASSES.map((name) => [name, { ...NONE }]));
  for (const [key, traffic] of groups) {
    const total = classes[key.slice(0, key.indexOf(" "))];
    total.flows += traffic.flows;
    total.packets += traffic.packets;
    total.bytes += traffic.bytes;
  }
  return classes;
}

function trafficOf({ flows, packets, bytes }: Traffic): Traffic {
  return { flows, packets, bytes };
}

function mapValues<V, W>(map: ReadonlyMap<string, V>, change: (value: V) => W): Record<string, W> {
  return Object.fromEntries([...map].map(([key, value]) => [key, change(value)]));
}
