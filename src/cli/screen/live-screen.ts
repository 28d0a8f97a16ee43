/** The live screen as lines: a pure function of its state and the size of the terminal. */

import { HISTORY_LENGTH } from "../../engine/product-rates.ts";
import { type Cell, type Column, layoutTable } from "../../render/render-columns.ts";
import type { Drawing } from "../../render/render-drawing.ts";
import { escapeText } from "../../render/render-escape.ts";
import { formatBytes, formatCount, formatDuration, formatShare } from "../../render/render-units.ts";
import { flowLines } from "./live-flows-screen.ts";
import { helpLines } from "./live-help-screen.ts";
import { reachLines } from "./live-reach-screen.ts";
import type { LiveFrame, LiveRow } from "./live-rows.ts";
import { type ScreenState, visibleRows } from "./live-state.ts";

const LEAST_COLUMNS = 40;
const LEAST_ROWS = 10;
const USUAL_COLUMNS = 80;
/** Lines that `headLines` has. */
const HEAD_LENGTH = 5;
const MARK_WIDTH = 2;

/** Exactly `rows` lines; none is wider than the columns of `drawing.style`, which are those of the terminal. */
export function screenLines(state: ScreenState, rows: number, drawing: Drawing): string[] {
  const columns = drawing.style.width;
  if (columns < LEAST_COLUMNS || rows < LEAST_ROWS) {
    return padLines([`appleflow needs ${LEAST_COLUMNS} x ${LEAST_ROWS}`.slice(0, columns)], rows);
  }
  const { frame } = state;
  if (frame === null) return padLines(["appleflow live: waiting for the first interval ..."], rows);
  const head = headLines(state, frame, drawing);
  const foot = [footLine(state, drawing)];
  const room = roomOf(rows);
  const body = bodyLines(state, frame, room, drawing);
  return [...padLines(body.slice(0, room), room, head), ...foot];
}

/** The state with what the view of reach can be scrolled on such a terminal, and not scrolled further. */
export function fitScroll(state: ScreenState, rows: number, drawing: Drawing): ScreenState {
  if (state.view !== "reach") return state;
  const lastScroll = Math.max(0, reachLines(state, drawing).length - roomOf(rows));
  return { ...state, lastScroll, scroll: Math.min(state.scroll, lastScroll) };
}

/** Lines of the terminal between head and foot. */
function roomOf(rows: number): number {
  return Math.max(0, rows - HEAD_LENGTH - 1);
}

function bodyLines(state: ScreenState, frame: LiveFrame, room: number, drawing: Drawing): readonly string[] {
  switch (state.view) {
    case "help":
      return helpLines(drawing);
    case "flows":
      return flowLines(state, frame, room, drawing);
    case "reach":
      return reachLines(state, drawing).slice(state.scroll, state.scroll + room);
    case "table":
      return tableLines(state, frame, room, drawing);
  }
}

function headLines(state: ScreenState, frame: LiveFrame, drawing: Drawing): string[] {
  const { colors } = drawing;
  const names = frame.interfaces.map(({ name, backend }) => `${name} (${backend})`).join(", ");
  const day = drawing.style.width < USUAL_COLUMNS ? "" : `${state.time.slice(0, 10)} `;
  const time = `${day}${state.time.slice(11, 19)}Z`;
  const drops = [
    `${countText(frame.droppedByKernel)} by the kernel`,
    `${countText(frame.droppedByInterface)} by the interface`,
    `${formatCount(frame.droppedByUs)} by us`,
  ].join(", ");
  const isLossy = (frame.droppedByKernel ?? 0) + (frame.droppedByInterface ?? 0) + frame.droppedByUs > 0;
  const rates = [
    `${formatCount(frame.packetsPerSecond)} packets/s`,
    `${formatBytes(frame.bytesPerSecond)}/s`,
    `${formatCount(frame.liveFlows)} live flows`,
    formatDuration(Math.round(frame.elapsedSeconds)),
  ].join("   ");
  return [
    colors.bold(spread(`appleflow live  ${names}`, time, drawing)),
    spread(rates, `${formatCount(frame.received)} received`, drawing),
    (isLossy ? colors.red : colors.dim)(spread(`dropped: ${drops}`, "", drawing)),
    statusLine(state, frame, drawing),
    "",
  ];
}

function statusLine(state: ScreenState, frame: LiveFrame, drawing: Drawing): string {
  const { colors } = drawing;
  if (state.isTyping) return colors.yellow(spread(`/${state.filter}_`, "Enter keeps, Esc clears", drawing));
  if (state.notice !== null) return colors.yellow(spread(state.notice, "", drawing));
  const marks = [
    ...(state.isPaused ? ["PAUSED"] : []),
    ...(state.filter === "" ? [] : [`filter "${state.filter}"`]),
    `by ${state.sort}`,
  ].join("   ");
  const attributed = `attributed ${formatShare(frame.attributedBytes, frame.bytes)}`;
  const shares = [
    attributed,
    `unattributed ${formatShare(frame.unattributedBytes, frame.bytes)}`,
    `not decoded ${formatShare(frame.undecodedBytes, frame.bytes)}`,
  ].join(", ");
  // Half a number would be another number.
  const hasRoom = shares.length + marks.length + 2 <= drawing.style.width;
  const line = spread(hasRoom ? shares : attributed, marks, drawing);
  return state.isPaused ? colors.yellow(line) : colors.dim(line);
}

function footLine(state: ScreenState, drawing: Drawing): string {
  const arrows = drawing.style.ascii ? "up/down" : "↑↓";
  const keys = {
    table: `q quit  p pause  s sort  ${arrows} choose  Enter flows  r reach  / filter  ? help`,
    flows: `Esc back   ${arrows} scroll   p pause   q quit   ? help`,
    reach: `Esc back   ${arrows} scroll   r by ${state.reachBy === "row" ? "product" : "row"}   p pause   q quit`,
    help: "Esc back   q quit",
  };
  return drawing.colors.dim(spread(keys[state.view], "", drawing));
}

function tableLines(state: ScreenState, frame: LiveFrame, room: number, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const { rows, index } = visibleRows(state);
  if (rows.length === 0) {
    const isFiltered = frame.rows.length > 0;
    return [isFiltered ? "No product matches the filter (/ changes it)." : "No traffic of a product yet."];
  }
  const shown = room - 1;
  const first = Math.max(0, Math.min(index - (shown >> 1), rows.length - shown));
  const part = rows.slice(first, first + shown);
  const lines = layoutTable(
    columnsOf(frame, style.width),
    part.map((row) => cellsOf(row, drawing)),
    { ...style, width: style.width - MARK_WIDTH },
    measure,
    { header: colors.bold },
  );
  return lines.map((line, i) => {
    const isChosen = i > 0 && first + i - 1 === index;
    return isChosen ? colors.inverse(`> ${line}`) : `  ${line}`;
  });
}

/** Least widths stand in the headers, so that columns do not jump from frame to frame. */
function columnsOf(frame: LiveFrame, width: number): Column[] {
  const history = historyWidth(width);
  return [
    { header: "PRODUCT", align: "left", shrinksTo: 16 },
    { header: "RATE".padStart(10), align: "right" },
    { header: historyName(frame.intervalSeconds).padEnd(history), align: "left" },
    { header: "TOTAL".padStart(8), align: "right" },
    { header: "FLOWS".padStart(6), align: "right", expendable: 2 },
    { header: "EVIDENCE".padEnd(13), align: "left", expendable: 1 },
    { header: "SOLE TO POSSIBLE".padStart(19), align: "right", expendable: 3 },
    { header: "FAMILY", align: "left", expendable: 4, shrinksTo: 12 },
  ];
}

function cellsOf(row: LiveRow, { style, colors, dash }: Drawing): Cell[] {
  const isApple = row.kind === "apple" && !row.isRetired;
  const marks = `${row.kind === "generic" ? "*" : ""}${row.isRetired ? (style.ascii ? "~" : "†") : ""}`;
  const rate = `${formatBytes(row.rate)}/s`;
  return [
    {
      text: row.product,
      suffix: marks === "" ? "" : ` ${marks}`,
      ...(isApple ? {} : { paint: colors.dim }),
    },
    row.rate > 0 ? { text: rate, paint: colors.green } : { text: rate, paint: colors.dim },
    { text: sparkline(row.history, historyWidth(style.width), style.ascii), paint: colors.cyan },
    { text: formatBytes(row.bytes.estimate) },
    { text: formatCount(row.flows.possible) },
    { text: row.evidence },
    { text: `${formatBytes(row.bytes.sole)} ${dash} ${formatBytes(row.bytes.possible)}` },
    { text: row.family, paint: colors.dim },
  ];
}

/** Columns of the sparkline: a part of the 60 intervals without a rest. */
function historyWidth(width: number): number {
  if (width >= 150) return HISTORY_LENGTH;
  if (width >= 100) return 30;
  return width >= 70 ? 12 : 6;
}

function historyName(intervalSeconds: number): string {
  const seconds = Math.round(intervalSeconds * HISTORY_LENGTH);
  return seconds > 55 && seconds < 65 ? "LAST MINUTE" : `LAST ${formatDuration(seconds).toUpperCase()}`;
}

const LEVELS = " ▁▂▃▄▅▆▇█";
const ASCII_LEVELS = " .:-=+*#@";

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
  const most = Math.max(...means);
  const levels = ascii ? ASCII_LEVELS : LEVELS;
  return means
    .map((mean) => levels[mean <= 0 ? 0 : Math.max(1, Math.round((mean / most) * (levels.length - 1)))])
    .join("");
}

/** `left` and `right` at the ends of a line of exactly the terminal's width; where there is no room, `left` is cut. */
function spread(left: string, right: string, { style, measure }: Drawing): string {
  const end = escapeText(right);
  const room = style.width - measure(end) - (end === "" ? 0 : 2);
  let start = "";
  for (const character of escapeText(left)) {
    if (measure(start + character) > room) break;
    start += character;
  }
  return start + " ".repeat(Math.max(0, style.width - measure(start) - measure(end))) + end;
}

function padLines(lines: readonly string[], count: number, before: readonly string[] = []): string[] {
  const padding = new Array<string>(Math.max(0, count - lines.length)).fill("");
  return [...before, ...lines, ...padding];
}

function countText(count: number | null): string {
  return count === null ? "unknown" : formatCount(count);
}
