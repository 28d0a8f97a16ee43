/** The live screen as lines: a pure function of its state and the size of the terminal. */
import type { Drawing } from "../../render/render-drawing.ts";
import { fitParts, type LinePart, spread } from "./fit-parts.ts";
import { HEAD_LENGTH, headLines } from "./screen-head.ts";
import { placeIn, type ScreenState, withPlace } from "./screen-state.ts";
import { viewIn } from "./views.ts";

const LEAST_COLUMNS = 40;
const LEAST_ROWS = 10;

/** Exactly `rows` lines; none is wider than `drawing.style`, the width of the terminal. */
export function screenLines(state: ScreenState, rows: number, drawing: Drawing): string[] {
  const columns = drawing.style.width;
  if (columns < LEAST_COLUMNS || rows < LEAST_ROWS) {
    return padLines([`appleflow needs ${LEAST_COLUMNS} x ${LEAST_ROWS}`.slice(0, columns)], rows);
  }
  const { frame } = state;
  if (frame === null) return padLines(["appleflow live: waiting for the first", "interval ..."], rows);
  const room = roomOf(rows);
  const lines = viewIn(state).lines(state, frame, room, drawing);
  const first = viewIn(state).hasRows ? 0 : placeIn(state).scroll;
  const body = padLines(lines.slice(first, first + room), room);
  return [...headLines(state, frame, drawing), ...body, footLine(state, drawing)];
}

/** The state with the scroll limit of such a terminal, and not scrolled beyond it. */
export function fitScroll(state: ScreenState, rows: number, drawing: Drawing): ScreenState {
  const view = viewIn(state);
  if (view.hasRows || state.frame === null) return state;
  const lines = view.lines(state, state.frame, roomOf(rows), drawing);
  const lastScroll = Math.max(0, lines.length - roomOf(rows));
  return withPlace({ ...state, lastScroll }, { scroll: Math.min(placeIn(state).scroll, lastScroll) });
}

/** Lines of the terminal between head and foot. */
function roomOf(rows: number): number {
  return Math.max(0, rows - HEAD_LENGTH - 1);
}

/** The keys of this view; the most important ones are dropped last. */
function footLine(state: ScreenState, { style, measure, colors }: Drawing): string {
  const { view } = placeIn(state);
  const { hasRows, filters } = viewIn(state);
  const isInside = state.places.length > 1;
  const part = (text: string, importance: number): LinePart => ({ text, importance });
  const parts = [
    ...(isInside ? [part("Esc back", 1)] : []),
    ...(hasRows ? [part("Enter open", 3), part("/ search", 4), part("s sort", 2)] : []),
    ...(filters.length > 1 ? [part("f filter", 5)] : []),
    ...(view === "reach" ? [part(state.reachBy === "row" ? "f by product" : "f by row", 2)] : []),
    part(state.isPaused ? "p resume" : "p pause", 6),
    part("? help", 1),
    part("q quit", 0),
  ];
  const ellipsis = style.ascii ? "..." : "…";
  return colors.dim(spread(fitParts(parts, style.width, measure), "", style.width, measure, ellipsis));
}

function padLines(lines: readonly string[], count: number): string[] {
  return [...lines, ...new Array<string>(Math.max(0, count - lines.length)).fill("")];
}
