/** What a frame of the live screen shows: an interval's report as plain rows, so that it can be held while paused. */

import type { IntervalReport, LiveInterface } from "../../engine/interval-report.ts";

import type { FlowShare, ProductSummary, Share } from "../../reports/traffic/summary.ts";

/** One product. Names are hostile text here: they are escaped where they are laid out. */
export interface LiveRow {
  readonly product: string;
  readonly kind: ProductSummary["kind"];
  readonly family: string;
  readonly isRetired: boolean;
  /** Bytes per second now, and in the last intervals, oldest first (at most 60). */
  readonly rate: number;
  readonly history: readonly number[];
  readonly bytes: Share;
  readonly flows: FlowShare;
  readonly evidence: string;
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
  /** Bytes in all; of them attributed, unattributed, not decoded. */
  readonly bytes: number;
  readonly attributedBytes: number;
  readonly unattributedBytes: number;
  readonly undecodedBytes: number;
  readonly rows: readonly LiveRow[];
}

/** Orders of the table. */
export const SORT_ORDERS = ["rate", "total", "name"] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** The frame of a report, whose rates are borrowed: nothing of them is kept. */
export function frameOf(report: IntervalReport): LiveFrame {
  const { summary, rates, time: _, isLast: __, ...rest } = report;
  const { capture, bytes, unattributed } = summary;
  return {
    ...rest,
    bytes: capture.bytes,
    attributedBytes: bytes.decoded - unattributed.bytes,
    unattributedBytes: unattributed.bytes,
    undecodedBytes: capture.bytes - bytes.decoded,
    rows: summary.products.map((product) => ({
      product: product.product,
      kind: product.kind,
      family: product.family,
      isRetired: product.retired !== null,
      rate: rates.rateOf(product.product),
      history: rates.historyOf(product.product),
      bytes: product.bytes,
      flows: product.flows,
      evidence: "",
    })),
  };
}

/** The rows that hold `filter` in product, family or evidence, in the order asked for. */
export function selectRows(rows: readonly LiveRow[], filter: string, sort: SortOrder): LiveRow[] {
  const text = filter.trim().toLowerCase();
  const found = rows.filter(({ product, family, evidence }) =>
    [product, family, evidence].some((field) => field.toLowerCase().includes(text)),
  );
  const byName = (a: LiveRow, b: LiveRow) => (a.product < b.product ? -1 : 1);
  const byTotal = (a: LiveRow, b: LiveRow) => b.bytes.estimate - a.bytes.estimate || byName(a, b);
  switch (sort) {
    case "rate":
      return found.sort((a, b) => b.rate - a.rate || byTotal(a, b));
    case "total":
      return found.sort(byTotal);
    case "name":
      return found.sort(byName);
  }
}
