/** What products could have by their ports: at most, and alone. */
import type { ProductSummary } from "../reports/traffic/summary.ts";
import { layoutTable } from "./render-columns.ts";
import type { Drawing } from "./render-drawing.ts";
import { formatBytes, formatCount } from "./render-units.ts";

const YEAR_LENGTH = 4;

/** A line for each product, the first `top` of them. Rows overlap. */
export function claimLines(products: readonly ProductSummary[], top: number, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const rows = products.slice(0, top).map(({ product, ended, possible, possibleOnly }) => [
    {
      text: product,
      ...(ended === null ? {} : { suffix: ` (${ended.how} ${ended.date.slice(0, YEAR_LENGTH)})` }),
    },
    { text: formatCount(possible.flows) },
    { text: formatCount(possible.packets) },
    { text: formatBytes(possible.bytes) },
    { text: formatBytes(possibleOnly.bytes) },
  ]);
  const others = products.length - rows.length;
  const lines = layoutTable(
    [
      { header: "PRODUCT", align: "left", shrinksTo: 24 },
      { header: "FLOWS", align: "right", expendable: 1 },
      { header: "PACKETS", align: "right", expendable: 2 },
      { header: "AT MOST", align: "right" },
      { header: "ALONE", align: "right" },
    ],
    rows,
    style,
    measure,
    { header: colors.bold },
  );
  return others > 0 ? [...lines, colors.dim(`${formatCount(others)} more`)] : lines;
}
