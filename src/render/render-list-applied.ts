/** The report of `--no-evidence`: Apple's list applied to a capture, and nothing else. */
import type { Summary } from "../reports/traffic/summary.ts";
import { claimLines, claimRow } from "./render-claims.ts";
import { type TableStyle, widthOf, wrapText } from "./render-columns.ts";
import { drawReport } from "./render-drawing.ts";
import { notesOf, reasonLines } from "./render-notes.ts";
import { headOf } from "./render-report.ts";

const MEANING =
  "The list alone: a row of it may name many products, so rows overlap. AT MOST: on all ports of the product. ALONE: on ports of no other product.";

/** What each product or family could have at most and alone; ends with a line end. */
export function renderListApplied(
  summary: Summary,
  by: "product" | "family",
  top: number,
  style: TableStyle,
): Promise<string> {
  const rows =
    by === "product"
      ? summary.products.map(claimRow)
      : summary.families.map(({ family: name, possible, possibleOnly }) => ({
          name,
          possible,
          possibleOnly,
        }));
  return drawReport(style, (drawing) => [
    headOf(summary, drawing),
    rows.length === 0
      ? ["No traffic on a port for which the list names a product."]
      : claimLines(by.toUpperCase(), rows, top, drawing),
    wrapText(MEANING, widthOf(style), drawing.measure).map(drawing.colors.dim),
    [...notesOf(summary, drawing), ...reasonLines(summary, "Not decoded because", drawing)],
  ]);
}
