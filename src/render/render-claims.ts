/** What products could have by their ports: at most, and alone. */
import type { Claims, ProductSummary } from "../reports/traffic/summary.ts";
import { layoutTable } from "./render-columns.ts";
import type { Drawing } from "./render-drawing.ts";
import { formatBytes, formatCount } from "./render-units.ts";

const YEAR_LENGTH = 4;

/** A product or family, with the text after its name. */
export interface ClaimRow extends Pick<Claims, "possible" | "possibleOnly"> {
  readonly name: string;
  readonly suffix?: string;
}

/** The row of a product. */
export function claimRow({ product, ended, possible, possibleOnly }: ProductSummary): ClaimRow {
  const suffix = ended === null ? "" : ` (${ended.how} ${ended.date.slice(0, YEAR_LENGTH)})`;
  return { name: product, suffix, possible, possibleOnly };
}

/** A line for each row, the first `top` of them. Rows overlap. */
export function claimLines(
  header: string,
  claims: readonly ClaimRow[],
  top: number,
  drawing: Drawing,
): string[] {
  const { style, measure, colors } = drawing;
  const rows = claims
    .slice(0, top)
    .map(({ name, suffix = "", possible, possibleOnly }) => [
      { text: name, suffix },
      { text: formatCount(possible.flows) },
      { text: formatCount(possible.packets) },
      { text: formatBytes(possible.bytes) },
      { text: formatBytes(possibleOnly.bytes) },
    ]);
  const others = claims.length - rows.length;
  const lines = layoutTable(
    [
      { header, align: "left", shrinksTo: 24 },
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
