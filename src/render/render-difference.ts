/** A difference as text. */

import type { SummaryDifference } from "../reports/compare/summary-difference.ts";
import type { TableStyle } from "./render-columns.ts";
import { renderDifferenceCsv, renderDifferenceJson } from "./render-difference-data.ts";
import { renderDifferenceTable } from "./render-difference-table.ts";

export const DIFFERENCE_FORMATS = ["table", "json", "csv"] as const;
export type DifferenceFormat = (typeof DIFFERENCE_FORMATS)[number];

/** Renders a difference; ends with a line end. The table has what differs, JSON and CSV all rows. */
export async function renderDifference(
  difference: SummaryDifference,
  format: DifferenceFormat,
  style: TableStyle,
): Promise<string> {
  switch (format) {
    case "table":
      return renderDifferenceTable(difference, style);
    case "json":
      return renderDifferenceJson(difference);
    case "csv":
      return renderDifferenceCsv(difference);
  }
}
