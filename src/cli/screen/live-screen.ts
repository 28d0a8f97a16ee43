/** The live screen as lines: a pure function of its state and the size of the terminal. */

import type { Drawing } from "../../render/render-drawing.ts";
import { escapeText } from "../../render/render-escape.ts";
import { formatBytes, formatCount, formatDuration } from "../../render/render-units.ts";
import { classBar } from "./live-bar.ts";
import { deviceLines } from "./live-devices-screen.ts";
import { flowLines } from "./live-flows-screen.ts";
import { helpLines } from "./live-help-screen.ts";
import { reachLines } from "./live-reach-screen.ts";
import type { LiveFrame } from "./live-rows.ts";
import type { ScreenState } from "./live-state.ts";
import { tableLines } from "./live-table-screen.ts";

const LEAST_COLUMNS = 40;
const LEAST_ROWS = 10;
const USUAL_COLUMNS = 80;
/** Lines that `headLines` has. */
const HEAD_LENGTH = 5;

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

/** The state with what a view of lines can be scrolled on such a terminal, and not scrolled further. */
export function fitScroll(state: ScreenState, rows: number, drawing: Drawing): ScreenState {
  const lines = scrolledLines(state, drawing);
  if (lines === null) return state;
  const lastScroll = Math.max(0, lines.length - roomOf(rows));
  return { ...state, lastScroll, scroll: Math.min(state.scroll, lastScroll) };
}

/** All lines of a view that is scrolled by lines; null for the others. */
function scrolledLines(state: ScreenState, drawing: Drawing): readonly string[] | null {
  if (state.view === "reach") return reachLines(state, drawing);
  return state.view === "devices" ? deviceLines(state, drawing) : null;
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
    case "devices":
    case "reach":
      return (scrolledLines(state, drawing) ?? []).slice(state.scroll, state.scroll + room);
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
  const line = spread(classBar(frame, drawing.style.width - marks.length - 2, drawing), marks, drawing);
  return state.isPaused ? colors.yellow(line) : colors.dim(line);
}

function footLine(state: ScreenState, drawing: Drawing): string {
  const arrows = drawing.style.ascii ? "up/down" : "↑↓";
  const keys = {
    table: `q quit  p pause  s sort  ${arrows} Enter flows  d devices  c could be  r reach  ? help`,
    flows: `Esc back   ${arrows} scroll   c ${state.claim === "named" ? "could be" : "named"}   p pause   q quit   ? help`,
    devices: `Esc back   ${arrows} scroll   r reach   p pause   q quit   ? help`,
    reach: `Esc back   ${arrows} scroll   r by ${state.reachBy === "row" ? "product" : "row"}   p pause   q quit`,
    help: "Esc back   q quit",
  };
  return drawing.colors.dim(spread(keys[state.view], "", drawing));
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
