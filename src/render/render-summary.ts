/** A summary as text. */

import type { Advice } from "../knowledge/advice/advice.ts";
import type { ReachReport } from "../reports/reach/reach-report.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import type { TableStyle } from "./render-columns.ts";
import { writeCsv } from "./render-csv.ts";
import { renderDevices } from "./render-devices.ts";
import { type Grouping, groupOf } from "./render-groups.ts";
import { writeJson, writeNdjson } from "./render-json.ts";
import { renderListApplied } from "./render-list-applied.ts";
import { renderPartition } from "./render-partition.ts";
import { joinPieces, type WritePiece } from "./render-pieces.ts";
import { renderReport } from "./render-report.ts";
import { renderSeries } from "./render-series.ts";
import { writeSeriesCsv } from "./render-series-csv.ts";

/** The formats of a summary, described at {@link renderSummary}. */
export const SUMMARY_FORMATS = ["table", "json", "csv", "ndjson", "html"] as const;
/** One of `SUMMARY_FORMATS`. */
export type SummaryFormat = (typeof SUMMARY_FORMATS)[number];

/** The groupings available for totals over time. */
export const SERIES_GROUPINGS = ["group", "product", "family", "device"] as const;

/** Default number of servers in a table. */
const SERVER_ROWS = 30;

/** Options of {@link renderSummary}. */
export interface RenderOptions {
  readonly format: SummaryFormat;
  /**
   * What has a row (default "group": the report by class); "device" has domains if the summary was made with `withHosts`,
   * "server" requires `withServers`, "subnet" and "vlan" require `networks`.
   */
  readonly by?: Grouping;
  /** Maximum number of rows, those with the most bytes; in the report by class, of each section. */
  readonly top?: number;
  /** In the report by class: every row, including products that are only possible; by device, server or network: all of them. */
  readonly all?: boolean;
  /** For tables; the default is 80 columns without colours. */
  readonly style?: TableStyle;
  /** For `html`: reachability in the same captures; the page omits it otherwise. */
  readonly reach?: ReachReport;
  /** For `html` with `reach`: texts on causes and remedies. */
  readonly advice?: Advice;
}

/**
 * Renders a summary; the result ends with a line end. The same summary gives the same text. With many captures it may
 * exceed the maximum string length: {@link writeSummary} writes pieces.
 *
 * - `table`: for people; every byte of the capture is in one row. Totals over time follow below, by product,
 *   family or device.
 * - `json`: the whole summary (schema `appleflow/summary@2`); `top` shortens the list that `by` names.
 * - `csv`: a header, then a line for each row; with totals over time by group, product, family or device for each bucket and row. Nothing else: the rest is in the other formats.
 * - `ndjson`: an object per line, distinguished by `type`: one `capture`, the rows ("group", "product", ...), with totals over
 *   time a `bucket` each, one `classes`, one `apple`, one `notDecoded`.
 * - `html`: one page for a browser or a printer, which runs no script and loads nothing. It has products, families
 *   over time and devices together, whatever `by` is; `top` applies to each of its tables.
 *
 * Rows of products and families are totals that overlap in all formats but `table`, where each byte is in one row.
 *
 * @example
 * ```ts
 * import { summarize } from "appleflow";
 * import { renderSummary } from "appleflow/render";
 *
 * process.stdout.write(await renderSummary(await summarize(["office.pcapng"]), { format: "table", top: 10 }));
 * ```
 */
export function renderSummary(summary: Summary, options: RenderOptions): Promise<string> {
  return joinPieces((write) => writeSummary(summary, options, write));
}

/**
 * Renders a summary like {@link renderSummary}, in pieces of some ten thousand characters.
 *
 * @param write is called with one piece after the other
 *
 * @example
 * ```ts
 * import { summarize } from "appleflow";
 * import { writeSummary } from "appleflow/render";
 *
 * const summary = await summarize(["monday.pcap", "tuesday.pcap"]);
 * await writeSummary(summary, { format: "csv", by: "port" }, (piece) => process.stdout.write(piece));
 * ```
 */
export async function writeSummary(
  summary: Summary,
  options: RenderOptions,
  write: WritePiece,
): Promise<void> {
  const { by = "group", top = Number.POSITIVE_INFINITY } = options;
  const { series } = summary;
  const group = groupOf(summary, by);
  switch (options.format) {
    case "table": {
      write(await renderTable(summary, options));
      if (series === null || !isSeriesGrouping(by)) return;
      const { style, rows } = lengthOf(options);
      write(`\n${await renderSeries(summary, series, by === "group" ? "product" : by, rows, style)}`);
      return;
    }
    case "json": {
      writeJson(summary, group, top, write);
      return;
    }
    case "csv": {
      if (series !== null && isSeriesGrouping(by)) writeSeriesCsv(summary, series, by, top, write);
      else writeCsv(group, top, write);
      return;
    }
    case "ndjson": {
      writeNdjson(summary, group, top, write);
      return;
    }
    case "html": {
      const { writeSummaryPage } = await import("./html/summary-page.ts");
      const { all = false, reach, advice } = options;
      const shown = { top: options.top ?? null, all };
      writeSummaryPage(summary, { ...shown, ...(reach && { reach }), ...(advice && { advice }) }, write);
      return;
    }
  }
}

/** Whether totals over time support a grouping. */
function isSeriesGrouping(by: Grouping): by is (typeof SERIES_GROUPINGS)[number] {
  return SERIES_GROUPINGS.some((one) => one === by);
}

/** What a table shows, and how; `rows`: null for a default number. */
function lengthOf({ style, top, all }: RenderOptions): { style: TableStyle; rows: number | null } {
  return {
    style: style ?? { width: 80, colors: false, ascii: false },
    rows: top ?? (all ? Number.POSITIVE_INFINITY : null),
  };
}

function renderTable(summary: Summary, options: RenderOptions): Promise<string> {
  const { by = "group", top = Number.POSITIVE_INFINITY, all = false } = options;
  const { style, rows } = lengthOf(options);
  const isListAlone = !summary.options.evidence;
  if (isListAlone && (by === "product" || by === "family")) return renderListApplied(summary, by, top, style);
  if (by === "device" || by === "subnet" || by === "vlan") return renderDevices(summary, by, rows, style);
  if (by === "server") return renderPartition(summary, by, rows ?? SERVER_ROWS, style);
  if (by !== "group") return renderPartition(summary, by, top, style);
  if (isListAlone) return renderListApplied(summary, "product", top, style);
  return renderReport(summary, { top: options.top ?? null, all }, style);
}
