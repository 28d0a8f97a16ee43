/** The table of the live screen: the products that evidence names, and below them, if asked for, those that could be. */

import { HISTORY_LENGTH } from "../../engine/rate-table.ts";
import { drawLevels } from "../../render/levels.ts";
import { type Cell, type Column, layoutTable } from "../../render/render-columns.ts";
import type { Drawing } from "../../render/render-drawing.ts";
import { formatBytes, formatCount, formatDuration } from "../../render/render-units.ts";
import { type LiveFrame, type LiveRow, ONE_OF_MARK } from "./live-rows.ts";
import { type ScreenState, visibleRows } from "./live-state.ts";

const MARK_WIDTH = 2;

/** The lines of the table, `room` at most. The header of the first line's section stands above it, however far it is scrolled. */
export function tableLines(state: ScreenState, frame: LiveFrame, room: number, drawing: Drawing): string[] {
  const { rows, index, hidden } = visibleRows(state);
  const hints = [
    ...(rows.length > 0 ? [] : [emptyText(state.filter, hidden)]),
    ...[oneOfText(rows), unknownProductText(frame, state.filter), hiddenText(hidden)]
      .filter((text) => text !== "")
      .map((text) => drawing.colors.dim(text)),
  ];
  const named = rows.filter(({ claim }) => claim === "named");
  const possible = rows.slice(named.length);
  const marked = (line: string, i: number) =>
    i === index ? drawing.colors.inverse(`> ${line}`) : `  ${line}`;
  const [namedHeader, ...namedLines] = sectionLines(namedColumns(frame, drawing), named, namedCells, drawing);
  const [possibleHeader, ...possibleLines] = sectionLines(POSSIBLE_COLUMNS, possible, possibleCells, drawing);
  const headers = { named: `  ${namedHeader}`, possible: `  ${possibleHeader}` };
  const between = named.length > 0 && possible.length > 0 ? ["", headers.possible] : [];
  const lines = [
    ...namedLines.map(marked),
    ...between,
    ...possibleLines.map((line, i) => marked(line, named.length + i)),
  ];
  if (lines.length === 0) return hints.slice(0, room);
  const hintRoom = hints.length > 0 ? hints.length + 1 : 0;
  const shown = room - 1 - (room > hintRoom + 1 ? hintRoom : 0);
  const chosen = index < named.length ? index : index + between.length;
  const first = Math.max(0, Math.min(chosen - (shown >> 1), lines.length - shown));
  const header = first < named.length + between.length && named.length > 0 ? headers.named : headers.possible;
  return [header, ...lines.slice(first, first + shown), ...(hints.length > 0 ? ["", ...hints] : [])];
}

function sectionLines(
  columns: readonly Column[],
  rows: readonly LiveRow[],
  cellsOf: (row: LiveRow, drawing: Drawing) => Cell[],
  drawing: Drawing,
): string[] {
  const { style, measure, colors } = drawing;
  return layoutTable(
    columns,
    rows.map((row) => cellsOf(row, drawing)),
    { ...style, width: style.width - MARK_WIDTH },
    measure,
    { header: colors.bold },
  );
}

function emptyText(filter: string, hidden: number): string {
  if (filter === "") return "No product has been named yet.";
  return `No ${hidden === 0 ? "" : "named "}product matches the filter (/ changes it).`;
}

/** Traffic that the head counts as Apple's and no row of the table has. */
function unknownProductText({ unknownProductBytes }: LiveFrame, filter: string): string {
  if (unknownProductBytes === 0 || filter !== "") return "";
  return `Apple's, product unknown: ${formatBytes(unknownProductBytes)}`;
}

function oneOfText(rows: readonly LiveRow[]): string {
  return rows.some(({ how }) => how.endsWith(ONE_OF_MARK))
    ? `${ONE_OF_MARK} one of several products that a name stands for: these rows overlap`
    : "";
}

function hiddenText(hidden: number): string {
  if (hidden === 0) return "";
  return `${formatCount(hidden)} more could be, but only a port says so (c)`;
}

/** Least widths stand in the headers, so that columns do not jump from frame to frame. How it is known is never left out. */
function namedColumns(frame: LiveFrame, { style }: Drawing): Column[] {
  const history = historyWidth(style.width);
  return [
    { header: "PRODUCT", align: "left", shrinksTo: 16 },
    { header: "NOW".padStart(10), align: "right", expendable: 1 },
    { header: historyName(frame.intervalSeconds).padEnd(history), align: "left", expendable: 3 },
    { header: "TOTAL".padStart(8), align: "right", expendable: 2 },
    { header: "FLOWS".padStart(6), align: "right", expendable: 4 },
    { header: "HOW".padEnd(13), align: "left" },
    { header: "ONE OF".padStart(8), align: "right", expendable: 5 },
    { header: "FAMILY", align: "left", expendable: 6, shrinksTo: 12 },
  ];
}

function namedCells(row: LiveRow, drawing: Drawing): Cell[] {
  const { style, colors } = drawing;
  const rate = `${formatBytes(row.rate)}/s`;
  return [
    nameCell(row, drawing),
    { text: rate, paint: row.rate > 0 ? colors.green : colors.dim },
    { text: sparkline(row.history, historyWidth(style.width), style.ascii), paint: colors.cyan },
    { text: formatBytes(row.namedBytes) },
    { text: formatCount(row.namedFlows) },
    { text: row.how },
    { text: row.oneOfBytes > 0 ? formatBytes(row.oneOfBytes) : "" },
    { text: row.family, paint: colors.dim },
  ];
}

const POSSIBLE_COLUMNS: readonly Column[] = [
  { header: "COULD BE", align: "left", shrinksTo: 20 },
  { header: "AT MOST".padStart(8), align: "right", expendable: 1 },
  { header: "ALONE".padStart(8), align: "right", expendable: 2 },
  { header: "FLOWS".padStart(6), align: "right", expendable: 3 },
  { header: "HOW", align: "left" },
  { header: "FAMILY", align: "left", expendable: 4, shrinksTo: 12 },
];

function possibleCells(row: LiveRow, drawing: Drawing): Cell[] {
  return [
    nameCell(row, drawing),
    { text: formatBytes(row.possibleBytes) },
    { text: formatBytes(row.possibleOnlyBytes) },
    { text: formatCount(row.possibleFlows) },
    { text: row.how },
    { text: row.family, paint: drawing.colors.dim },
  ];
}

function nameCell(row: LiveRow, { style, colors }: Drawing): Cell {
  const marks = `${row.kind === "generic" ? "*" : ""}${row.hasEnded ? (style.ascii ? "~" : "†") : ""}`;
  const isPlain = row.kind === "apple" && !row.hasEnded && row.claim === "named";
  return {
    text: row.product,
    suffix: marks === "" ? "" : ` ${marks}`,
    ...(isPlain ? {} : { paint: colors.dim }),
  };
}

/** Columns of the sparkline: a part of the 60 intervals without a rest. */
function historyWidth(width: number): number {
  if (width >= 150) return HISTORY_LENGTH;
  if (width >= 100) return 30;
  return width >= 70 ? 12 : 6;
}

function historyName(intervalSeconds: number): string {
  return `LAST ${historySpan(intervalSeconds).toUpperCase()}`;
}

/** How long the intervals that are kept are together. */
export function historySpan(intervalSeconds: number): string {
  const seconds = Math.round(intervalSeconds * HISTORY_LENGTH);
  return seconds > 55 && seconds < 65 ? "minute" : formatDuration(seconds);
}

/**
 * Rates, oldest first, as bars as high as they are beside the largest of them; each column is the mean of its
 * intervals, the newest one stands at the right end.
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
