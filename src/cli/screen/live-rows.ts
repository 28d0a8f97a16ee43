/** What a frame of the live screen shows: an interval's report as plain rows, so that it can be held while paused. */

import type { RecentTraffic } from "../../engine/class-rates.ts";
import type { IntervalReport, LiveInterface } from "../../engine/interval-report.ts";
import { namedBytes } from "../../engine/product-rates.ts";
import type { FlowClaim } from "../../reports/flows/live-flows.ts";
import type { ProductSummary } from "../../reports/traffic/summary.ts";

/** One product. Names are hostile text here: they are escaped where they are laid out. */
export interface LiveRow {
  readonly product: string;
  readonly kind: ProductSummary["kind"];
  readonly family: string;
  readonly hasEnded: boolean;
  /** Whether evidence names it, or only ports allow it. */
  readonly claim: FlowClaim;
  /** Bytes per second that are named, now and in the last intervals, oldest first (at most 60). */
  readonly rate: number;
  readonly history: readonly number[];
  /** Flows and bytes that are named; of the bytes those where it is one of several. */
  readonly namedFlows: number;
  readonly namedBytes: number;
  readonly oneOfBytes: number;
  /** Flows and bytes that only ports allow; of the bytes those where they allow nothing else. */
  readonly possibleFlows: number;
  readonly possibleBytes: number;
  readonly possibleOnlyBytes: number;
  /** What names it, or "port". */
  readonly how: string;
}

/** Everything of one interval that is shown. Owned. */
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
  /** Whether anything was Apple's since monitoring began. */
  readonly isAppleSeen: boolean;
  /** Bytes of Apple's since then of which nothing says which product they are. */
  readonly unknownProductBytes: number;
  /** Bytes of the last intervals. */
  readonly recent: RecentTraffic;
  readonly rows: readonly LiveRow[];
}

/** Orders of the table. */
export const SORT_ORDERS = ["rate", "total", "name"] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** The frame of a report, whose rates are borrowed: nothing of them is kept. */
export function frameOf(report: IntervalReport): LiveFrame {
  const { summary, rates, classRates, time: _, isLast: __, ...rest } = report;
  const { identified, unknownProduct } = summary.apple;
  return {
    ...rest,
    isAppleSeen: identified.packets + unknownProduct.packets > 0,
    unknownProductBytes: unknownProduct.bytes,
    recent: classRates.recent(),
    rows: summary.products.map((product) => ({
      product: product.product,
      kind: product.kind,
      family: product.family,
      hasEnded: product.ended !== null,
      claim: product.identified.packets + product.oneOf.packets > 0 ? "named" : "possible",
      rate: rates.rateOf(product.product),
      history: rates.historyOf(product.product),
      namedFlows: product.identified.flows + product.oneOf.flows,
      namedBytes: namedBytes(product),
      oneOfBytes: product.oneOf.bytes,
      possibleFlows: product.possible.flows,
      possibleBytes: product.possible.bytes,
      possibleOnlyBytes: product.possibleOnly.bytes,
      how: howText(product),
    })),
  };
}

/** Stands behind the evidence of a product that is only named beside others. */
export const ONE_OF_MARK = "*";

/**
 * The evidence behind most of the named bytes; "+" where some have other evidence. Of a product that is never named alone it says
 * so: its rows overlap.
 */
function howText({ byEvidence, identified }: ProductSummary): string {
  const [first, ...others] = Object.entries(byEvidence).sort(([, a], [, b]) => b - a);
  if (first === undefined) return "port";
  const grade = others.length > 0 ? `${first[0]} +` : first[0];
  return identified.packets === 0 ? `${grade}${ONE_OF_MARK}` : grade;
}

/** The rows of a claim that hold `filter` in product, family or evidence, in the order asked for. */
export function selectRows(
  rows: readonly LiveRow[],
  claim: FlowClaim,
  filter: string,
  sort: SortOrder,
): LiveRow[] {
  const text = filter.trim().toLowerCase();
  const found = rows.filter(
    (row) =>
      row.claim === claim &&
      [row.product, row.family, row.how].some((field) => field.toLowerCase().includes(text)),
  );
  const byName = (a: LiveRow, b: LiveRow) => (a.product < b.product ? -1 : 1);
  const byTotal = (a: LiveRow, b: LiveRow) =>
    b.namedBytes - a.namedBytes || b.possibleBytes - a.possibleBytes || byName(a, b);
  switch (sort) {
    case "rate":
      return found.sort((a, b) => b.rate - a.rate || byTotal(a, b));
    case "total":
      return found.sort(byTotal);
    case "name":
      return found.sort(byName);
  }
}
