/** The table behind all views of rows: columns by importance, an order, filters, a search, and a selected row. */
import { type Cell, type Column, layoutTable } from "../../render/render-columns.ts";
import type { Drawing } from "../../render/render-drawing.ts";
import type { LiveFrame } from "./live-frame.ts";
import { type Choice, choiceIn, type Place, placeIn, type ScreenState, withPlace } from "./screen-state.ts";

/** A column of rows `R`. */
export interface TableColumn<R> {
  readonly header: string;
  readonly align: "left" | "right";
  /** 0: always shown. If there is no room, the highest is dropped first, as a whole. */
  readonly importance: number;
  /** Minimum width in columns, so that nothing jumps from frame to frame. */
  readonly minWidth?: number;
  /** Width that a text may be shortened to; a number never is. */
  readonly shrinksTo?: number;
  /** Width that it keeps as long as another column can be dropped instead. */
  readonly keeps?: number;
  readonly cell: (row: R, drawing: Drawing) => Cell;
}

/** An order of rows: numbers descending, texts ascending. */
export interface TableOrder<R> {
  readonly name: string;
  readonly rank: (row: R) => number | string;
}

/** A filter of rows. */
export interface TableFilter<R> {
  readonly name: string;
  readonly isMeant: (row: R) => boolean;
}

/** A view of rows as data. */
export interface TableSpec<R> {
  readonly rows: (state: ScreenState, frame: LiveFrame) => readonly R[];
  readonly columns: (
    place: Place,
    choice: Choice,
    frame: LiveFrame,
    drawing: Drawing,
  ) => readonly TableColumn<R>[];
  /** Rows that are equal in one are sorted by the second. */
  readonly orders: readonly TableOrder<R>[];
  /** The first is the default. */
  readonly filters: readonly TableFilter<R>[];
  readonly key: (row: R) => string;
  /** Texts that are searched; null: the rows are already the search result. */
  readonly texts: ((row: R) => readonly string[]) | null;
  /** The place that Enter opens; null: none. */
  readonly open: (row: R, place: Place, choice: Choice, frame: LiveFrame) => Place | null;
  /** Shown if there are no rows, without a search. */
  readonly empty: (state: ScreenState, frame: LiveFrame) => string;
  /** Notes below the table. */
  readonly notes: (rows: readonly R[], state: ScreenState, frame: LiveFrame) => readonly string[];
}

/** A view as the screen uses it: its orders and filters, and how it is drawn. */
export interface View {
  /** Names of its orders and filters. */
  readonly orders: readonly string[];
  readonly filters: readonly string[];
  /** Whether keys select a row; else they scroll. */
  readonly hasRows: boolean;
  /** All lines of a scrolled view, at most `room` of one with rows. */
  lines(state: ScreenState, frame: LiveFrame, room: number, drawing: Drawing): readonly string[];
  /** The state after moving the cursor by this many rows. */
  move(state: ScreenState, by: number): ScreenState;
  /** The place that Enter opens. */
  open(state: ScreenState): Place | null;
}

const MARK = "> ";
const NO_MARK = "  ";

/** Returns the view of a table. */
export function tableView<R>(spec: TableSpec<R>): View {
  const rowsIn = remembering(spec);
  return {
    orders: spec.orders.map(({ name }) => name),
    filters: spec.filters.map(({ name }) => name),
    hasRows: true,
    lines: (state, frame, room, drawing) => {
      const rows = rowsIn(state, frame);
      const notes = spec.notes(rows, state, frame).map((note) => drawing.colors.dim(cut(note, drawing)));
      if (rows.length === 0) {
        const { search } = choiceIn(state);
        const empty =
          search === "" ? spec.empty(state, frame) : `Nothing here matches "${search}" (/ changes it).`;
        return [cut(empty, drawing), ...notes].slice(0, room);
      }
      const below = notes.length > 0 && room > notes.length + 2 ? ["", ...notes] : [];
      const shown = room - 1 - below.length;
      const index = indexOf(rows, state, spec);
      const first = Math.max(0, Math.min(index - (shown >> 1), rows.length - shown));
      const columns = spec.columns(placeIn(state), choiceIn(state), frame, drawing);
      const lines = layOut(columns, rows.slice(first, first + shown), index - first, drawing);
      return [...lines, ...below];
    },
    move: (state, by) => {
      const { frame } = state;
      const rows = frame === null ? [] : rowsIn(state, frame);
      if (rows.length === 0) return state;
      const target = Math.min(Math.max(indexOf(rows, state, spec) + by, 0), rows.length - 1);
      return withPlace(state, { cursor: spec.key(rows[target]) });
    },
    open: (state) => {
      const { frame } = state;
      if (frame === null) return null;
      const rows = rowsIn(state, frame);
      const row = rows[indexOf(rows, state, spec)];
      return row === undefined ? null : spec.open(row, placeIn(state), choiceIn(state), frame);
    },
  };
}

/** The selected rows in order; cached until their inputs change. */
function remembering<R>(spec: TableSpec<R>): (state: ScreenState, frame: LiveFrame) => readonly R[] {
  let inputs: readonly unknown[] = [];
  let rows: readonly R[] = [];
  return (state, frame) => {
    const choice = choiceIn(state);
    const next = [frame, choice, placeIn(state).scope, state.looked];
    if (next.some((one, i) => one !== inputs[i])) {
      inputs = next;
      rows = choose(spec, spec.rows(state, frame), choice);
    }
    return rows;
  };
}

function choose<R>(
  spec: TableSpec<R>,
  rows: readonly R[],
  { order, isReversed, filter, search }: Choice,
): R[] {
  const { isMeant } = spec.filters[filter];
  const { rank } = spec.orders[order];
  const { rank: next } = spec.orders[1];
  const text = search.trim().toLowerCase();
  const { texts } = spec;
  const found = rows.filter(
    (row) =>
      isMeant(row) &&
      (text === "" || texts === null || texts(row).some((one) => one.toLowerCase().includes(text))),
  );
  const sign = isReversed ? -1 : 1;
  const ranked = found.map((row) => ({
    row,
    rank: rank(row),
    next: next(row),
    key: spec.key(row),
  }));
  ranked.sort((a, b) => sign * compare(a.rank, b.rank) || compare(a.next, b.next) || compare(a.key, b.key));
  return ranked.map(({ row }) => row);
}

/** Numbers descending, texts ascending, missing values last. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return b - a;
  if (a === b) return 0;
  return a !== "" && (b === "" || a < b) ? -1 : 1;
}

function indexOf<R>(rows: readonly R[], state: ScreenState, { key }: TableSpec<R>): number {
  const { cursor } = placeIn(state);
  const index = cursor === null ? 0 : rows.findIndex((row) => key(row) === cursor);
  return Math.max(0, index);
}

function layOut<R>(
  columns: readonly TableColumn<R>[],
  rows: readonly R[],
  chosen: number,
  drawing: Drawing,
): string[] {
  const { style, measure, colors } = drawing;
  const isRoomy = leastWidth(columns) <= style.width;
  const laid = columns.map(({ header, align, importance, minWidth = 0, shrinksTo, keeps }, i): Column => {
    const mark = i === 0 ? NO_MARK : "";
    const least = isRoomy ? (keeps ?? shrinksTo) : shrinksTo;
    return {
      header: mark + header,
      align,
      expendable: importance,
      minWidth: mark.length + minWidth,
      ...(least !== undefined && { shrinksTo: mark.length + least }),
    };
  });
  const cells = rows.map((row, k) =>
    columns.map(({ cell }, i) => {
      const drawn = cell(row, drawing);
      const text = i > 0 ? drawn.text : (k === chosen ? MARK : NO_MARK) + drawn.text;
      // Colours inside would end the inverse video of the whole line.
      return k === chosen ? { text, suffix: drawn.suffix ?? "" } : { ...drawn, text };
    }),
  );
  const lines = layoutTable(laid, cells, style, measure, { header: colors.bold });
  return lines.map((line, i) => (i === chosen + 1 ? colors.inverse(line) : line));
}

/** Width of the columns that are always shown, at the width they keep. */
function leastWidth(columns: readonly TableColumn<never>[]): number {
  const always = columns.filter(({ importance }) => importance === 0);
  const widths = always.map(({ keeps, shrinksTo, minWidth }) => keeps ?? shrinksTo ?? minWidth ?? 0);
  return widths.reduce((sum, width) => sum + width + GAP, 0);
}

/** Columns between two table columns, and those of the mark. */
const GAP = 2;

function cut(text: string, { style, measure }: Drawing): string {
  return layoutTable([{ header: "", align: "left", shrinksTo: 1 }], [[{ text }]], style, measure)[1] ?? "";
}
