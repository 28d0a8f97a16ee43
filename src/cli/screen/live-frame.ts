/** Contents of a frame of the live screen: an interval's report as plain rows, so that it can be held while paused. */
import type { IntervalReport, LiveInterface } from "../../engine/interval-report.ts";
import { namedBytes, type RecentTraffic } from "../../engine/live-rates.ts";
import type { Rates } from "../../engine/rate-table.ts";
import { deviceLabel } from "../../render/device-words.ts";
import type { DeviceSummary } from "../../reports/devices/device-report.ts";
import type { FlowClaim, LiveFlows } from "../../reports/flows/live-flows.ts";
import type { IntervalTraffic } from "../../reports/series/live-series.ts";
import type { ProductSummary, Summary } from "../../reports/traffic/summary.ts";

/** Bytes per second, now and in the last intervals, oldest first (at most 60). */
export interface Speed {
  readonly rate: number;
  readonly history: readonly number[];
}

/** One product. Names are hostile text here: they are escaped during layout. */
export interface ProductRow extends Speed {
  readonly product: string;
  readonly kind: ProductSummary["kind"];
  readonly family: string;
  readonly hasEnded: boolean;
  /** Whether evidence names it, or only ports allow it. */
  readonly claim: FlowClaim;
  /** Flows and bytes named by evidence; of the bytes those where it is one of several. */
  readonly namedFlows: number;
  readonly namedBytes: number;
  readonly oneOfBytes: number;
  /** Flows and bytes allowed by ports only; of the bytes those where they allow nothing else. */
  readonly possibleFlows: number;
  readonly possibleBytes: number;
  readonly possibleOnlyBytes: number;
  /** Devices with such flows, named and possible ones; null if devices are not distinguished. */
  readonly namedDevices: number | null;
  readonly possibleDevices: number | null;
  /** The evidence that names it, or "port". */
  readonly how: string;
}

/** One device of the local network, and its throughput. */
export interface DeviceRow extends Speed {
  readonly device: DeviceSummary;
  readonly label: string;
  readonly up: number;
  readonly down: number;
}

/** Everything shown of one interval. Owned. */
export interface LiveFrame {
  readonly elapsedSeconds: number;
  readonly intervalSeconds: number;
  readonly interfaces: readonly LiveInterface[];
  readonly packetsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly liveFlows: number;
  readonly received: number;
  readonly droppedByKernel: number | null;
  readonly droppedByInterface: number | null;
  readonly droppedByUs: number;
  /** null without evidence. */
  readonly directions: { readonly up: Speed; readonly down: Speed } | null;
  /** Whether any traffic was Apple's since monitoring began. */
  readonly isAppleSeen: boolean;
  /** Bytes of Apple's since then without a known product. */
  readonly unknownProductBytes: number;
  /** Bytes of the last intervals. */
  readonly recent: RecentTraffic;
  readonly products: readonly ProductRow[];
  readonly devices: readonly DeviceRow[];
  readonly summary: Summary;
  readonly traffic: IntervalTraffic;
  /** Throughput of each group, by id. */
  readonly groups: ReadonlyMap<string, Speed>;
  /** The connections that `query` (as text) selected. */
  readonly flows: LiveFlows | null;
  readonly query: string;
  /** The user that reads packets if root was given up; else null. */
  readonly runsAs: string | null;
}

/** Devices whose last minute is kept: more rows are seldom shown. */
const MOST_HISTORIES = 300;

/** The frame of a report, whose rates are borrowed and not kept. `query`: the one that its flows answer. */
export function frameOf(report: IntervalReport, query: string, runsAs: string | null): LiveFrame {
  const { summary, rates, time: _, isLast: __, ...rest } = report;
  const { identified, unknownProduct } = summary.apple;
  const named = devicesByProduct(summary, "products");
  const possible = devicesByProduct(summary, "candidates");
  const { directions } = report.traffic;
  return {
    ...rest,
    summary,
    query,
    runsAs,
    directions: directions && {
      up: speedOf(rates.directions, "up"),
      down: speedOf(rates.directions, "down"),
    },
    isAppleSeen: identified.packets + unknownProduct.packets > 0,
    unknownProductBytes: unknownProduct.bytes,
    recent: rates.recent(),
    groups: new Map(summary.groups.map(({ id }) => [id, speedOf(rates.groups, id)])),
    devices: summary.devices.map((device, i) => {
      const [up, down] = [rates.sent.rateOf(device.id), rates.received.rateOf(device.id)];
      const received = i < MOST_HISTORIES ? rates.received.historyOf(device.id) : [];
      const sent = i < MOST_HISTORIES ? rates.sent.historyOf(device.id) : [];
      const history = sent.map((bytes, k) => bytes + received[k]);
      return { device, label: deviceLabel(device), up, down, rate: up + down, history };
    }),
    products: summary.products.map((product) => ({
      product: product.product,
      kind: product.kind,
      family: product.family,
      hasEnded: product.ended !== null,
      claim: product.identified.packets + product.oneOf.packets > 0 ? "named" : "possible",
      ...speedOf(rates.products, product.product),
      namedFlows: product.identified.flows + product.oneOf.flows,
      namedBytes: namedBytes(product),
      oneOfBytes: product.oneOf.bytes,
      possibleFlows: product.possible.flows,
      possibleBytes: product.possible.bytes,
      possibleOnlyBytes: product.possibleOnly.bytes,
      namedDevices: named(product.product),
      possibleDevices: possible(product.product),
      how: howText(product),
    })),
  };
}

function speedOf<K extends string>(rates: Rates<K>, key: K): Speed {
  return { rate: rates.rateOf(key), history: rates.historyOf(key) };
}

/** How many devices have flows for which evidence names a product (`products`), or a port allows it (`candidates`). */
function devicesByProduct(
  { groups, devices, outside }: Summary,
  claim: "products" | "candidates",
): (product: string) => number | null {
  if (outside === null) return () => null;
  const products = new Map(groups.map((group) => [group.id, group[claim]]));
  const counts = new Map<string, number>();
  for (const device of devices) {
    const own = new Set(device.groups.flatMap(({ id }) => products.get(id) ?? []));
    for (const product of own) counts.set(product, (counts.get(product) ?? 0) + 1);
  }
  return (product) => counts.get(product) ?? 0;
}

/** Follows the evidence of a product that is only named together with others. */
export const ONE_OF_MARK = "*";

/**
 * The evidence of most of the named bytes; "+" if some have other evidence. Marks a product that is never named alone:
 * its rows overlap.
 */
function howText({ byEvidence, identified }: ProductSummary): string {
  const [first, ...others] = Object.entries(byEvidence).sort(([, a], [, b]) => b - a);
  if (first === undefined) return "port";
  const grade = others.length > 0 ? `${first[0]} +` : first[0];
  return identified.packets === 0 ? `${grade}${ONE_OF_MARK}` : grade;
}
