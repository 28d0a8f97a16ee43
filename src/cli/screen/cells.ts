/** Cells shared by the tables of several views. */
import { HISTORY_LENGTH } from "../../engine/rate-table.ts";
import { drawLevels } from "../../render/levels.ts";
import type { Cell } from "../../render/render-columns.ts";
import type { Drawing } from "../../render/render-drawing.ts";
import { formatBytes, formatCount, formatDuration } from "../../render/render-units.ts";
import type { Speed } from "./live-frame.ts";
import type { TableColumn } from "./table-view.ts";

/** Columns needed for "999.9 MB/s", "999.9 MB" and "99,999". */
const RATE_WIDTH = 10;
const BYTES_WIDTH = 8;
const COUNT_WIDTH = 6;

/** A column of text, which may be shortened. */
export function textColumn<R>(
  header: string,
  importance: number,
  of: (row: R) => string,
  widths: Partial<Pick<TableColumn<R>, "shrinksTo" | "minWidth" | "keeps">> = {},
): TableColumn<R> {
  return { header, align: "left", importance, shrinksTo: 8, ...widths, cell: (row) => ({ text: of(row) }) };
}

export function rateColumn<R>(header: string, importance: number, of: (row: R) => number): TableColumn<R> {
  return numberColumn(header, importance, RATE_WIDTH, (row, { colors }) => {
    const rate = of(row);
    return { text: `${formatBytes(rate)}/s`, paint: rate > 0 ? colors.green : colors.dim };
  });
}

export function bytesColumn<R>(header: string, importance: number, of: (row: R) => number): TableColumn<R> {
  return numberColumn(header, importance, BYTES_WIDTH, (row) => ({ text: formatBytes(of(row)) }));
}

/** `null`: unknown. */
export function countColumn<R>(
  header: string,
  importance: number,
  of: (row: R) => number | null,
): TableColumn<R> {
  return numberColumn(header, importance, COUNT_WIDTH, (row, { dash }) => {
    const count = of(row);
    return { text: count === null ? dash : formatCount(count) };
  });
}

function numberColumn<R>(
  header: string,
  importance: number,
  minWidth: number,
  cell: (row: R, drawing: Drawing) => Cell,
): TableColumn<R> {
  return { header, align: "right", importance, minWidth, cell };
}

/** The last intervals as a sparkline. */
export function historyColumn<R extends Speed>(
  importance: number,
  intervalSeconds: number,
  { style }: Drawing,
): TableColumn<R> {
  const width = historyWidth(style.width);
  return {
    header: `LAST ${historySpan(intervalSeconds).toUpperCase()}`,
    align: "left",
    importance,
    minWidth: width,
    cell: ({ history }, { colors }) => ({ text: sparkline(history, width, style.ascii), paint: colors.cyan }),
  };
}

/** Columns of a sparkline: a divisor of the 60 intervals. */
function historyWidth(width: number): number {
  if (width >= 150) return HISTORY_LENGTH;
  if (width >= 100) return 30;
  return width >= 70 ? 12 : 6;
}

/** The total length of the intervals that are kept. */
export function historySpan(intervalSeconds: number): string {
  const seconds = Math.round(intervalSeconds * HISTORY_LENGTH);
  return seconds > 55 && seconds < 65 ? "minute" : formatDuration(seconds);
}

/**
 * Rates, oldest first, as bars scaled to the largest of them; each column is the mean of its
 * intervals, and the newest is at the right end.
 *
 * @param width a divisor of 60
 */
export function sparkline(history: readonly number[], width: number, ascii: boolean): string {
  const perColumn = HISTORY_LENGTH / width;
  const all = [...new Array<number>(HISTORY_LENGTH - history.length).fill(0), ...history];
  const means = Array.from({ length: width }, (_, i) =>
    all.slice(i * perColumn, (i + 1) * perColumn).reduce((sum, rate) => sum + rate / perColumn, 0),
  );
  return drawLevels(means, ascii);
}
