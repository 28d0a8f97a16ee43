/** A difference as text. */

import type { SummaryDifference } from "../reports/compare/summary-difference.ts";
import type { TableStyle } from "./render-columns.ts";
import { renderDifferenceCsv, renderDifferenceJson } from "./render-difference-data.ts";
import { renderDifferenceTable } from "./render-difference-table.ts";
import { joinPieces } from "./render-pieces.ts";

/** The formats of a difference. */
export const DIFFERENCE_FORMATS = ["table", "json", "csv", "html"] as const;
/** One of `DIFFERENCE_FORMATS`. */
export type DifferenceFormat = (typeof DIFFERENCE_FORMATS)[number];

/** Options of {@link renderDifference}. */
export interface DifferenceRenderOptions {
  /** Includes unchanged and merely possible rows, and new and gone ports, in the table. */
  readonly all?: boolean;
  /** Maximum number of rows of the table. */
  readonly top?: number;
}

/**
 * Renders a difference; ends with a line end. The table has the differences, JSON and CSV all rows, HTML those that are not
 * only possible, on a page for a browser or a printer.
 *
 * @example
 * ```ts
 * import type { SummaryDifference } from "appleflow";
 * import { renderDifference } from "appleflow/render";
 *
 * export function print(difference: SummaryDifference): Promise<string> {
 *   return renderDifference(difference, "table", { width: 80, colors: false, ascii: false });
 * }
 * ```
 */
export async function renderDifference(
  difference: SummaryDifference,
  format: DifferenceFormat,
  style: TableStyle,
  options: DifferenceRenderOptions = {},
): Promise<string> {
  switch (format) {
    case "table":
      return renderDifferenceTable(difference, style, options);
    case "json":
      return renderDifferenceJson(difference);
    case "csv":
      return renderDifferenceCsv(difference);
    case "html": {
      const { writeDifferencePage } = await import("./html/difference-page.ts");
      return joinPieces(async (write) => writeDifferencePage(difference, write));
    }
  }
}
