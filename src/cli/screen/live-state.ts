/** What the live screen remembers, and what keys do to it. */

import type { ReachGrouping } from "../../render/render-reach.ts";
import type { FlowClaim, LiveFlows } from "../../reports/flows/live-flows.ts";
import type { ReachReport } from "../../reports/reach/reach-report.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import type { Key } from "./live-keys.ts";
import { type LiveFrame, type LiveRow, SORT_ORDERS, type SortOrder, selectRows } from "./live-rows.ts";

/** The state of the screen: never changed, always replaced. */
export interface ScreenState {
  /** RFC 3339: the time of day, which goes on whatever else stands still. */
  readonly time: string;
  /** The newest report, or the one at which it was paused; null before the first. */
  readonly frame: LiveFrame | null;
  readonly isPaused: boolean;
  readonly sort: SortOrder;
  readonly filter: string;
  /** Whether keys go into the filter. */
  readonly isTyping: boolean;
  /** Whether the table also has the products that only a port allows. */
  readonly showsPossible: boolean;
  readonly view: "table" | "flows" | "devices" | "reach" | "help";
  /** The product that is chosen, wherever it stands; null: the first one. */
  readonly product: string | null;
  /** In the view of flows: those that evidence names the product for, or those that a port allows it. */
  readonly claim: FlowClaim;
  /** Live flows of the product, in the view of flows. */
  readonly flows: LiveFlows | null;
  /** In the view of reach: what is known of it, and what it has a line for. */
  readonly reach: ReachReport | null;
  readonly reachBy: ReachGrouping;
  /** In the view of devices: the totals of that moment, with devices. */
  readonly devices: Summary | null;
  /** Flows, or lines, above the first one that is shown. */
  readonly scroll: number;
  /** The most that a view of lines (devices, reach) can be scrolled; follows from the terminal. */
  readonly lastScroll: number;
  /** What happened lately. Hostile text. */
  readonly notice: string | null;
}

/** What the screen cannot do itself. */
export type ScreenAction = "quit" | "interrupt" | "load" | null;

/** Before the first report. */
export const FIRST_STATE: ScreenState = {
  time: "",
  frame: null,
  isPaused: false,
  sort: "rate",
  filter: "",
  isTyping: false,
  showsPossible: false,
  view: "table",
  product: null,
  claim: "named",
  flows: null,
  reach: null,
  reachBy: "product",
  devices: null,
  scroll: 0,
  lastScroll: 0,
  notice: null,
};

/** Back to the table: what other views have looked up is old by the time that they are seen again. */
const TABLE = { view: "table", flows: null, devices: null, reach: null } as const;

const PAGE = 10;
const MAX_FILTER_LENGTH = 60;

/** The rows that are to be seen, and which of them is chosen (-1: there are none). */
export function visibleRows({ frame, filter, sort, showsPossible, product }: ScreenState): {
  /** Those that are named stand before those that are only possible. */
  readonly rows: readonly LiveRow[];
  readonly index: number;
  /** Products that are only possible, and not shown. */
  readonly hidden: number;
} {
  const select = (claim: FlowClaim) => selectRows(frame?.rows ?? [], claim, filter, sort);
  const possible = select("possible");
  const rows = showsPossible ? [...select("named"), ...possible] : select("named");
  const index = rows.findIndex((row) => row.product === product);
  return {
    rows,
    index: index < 0 ? Math.min(0, rows.length - 1) : index,
    hidden: showsPossible ? 0 : possible.length,
  };
}

/** The state after a key, and what is left to do for others. */
export function applyKey(state: ScreenState, key: Key): { state: ScreenState; action: ScreenAction } {
  if (key.name === "interrupt") return { state, action: "interrupt" };
  if (state.isTyping) return { state: typeFilter(state, key), action: null };
  if (key.name === "text") return applyLetter(state, key.text);
  switch (key.name) {
    case "up":
      return { state: move(state, -1), action: null };
    case "down":
      return { state: move(state, 1), action: null };
    case "page-up":
      return { state: move(state, -PAGE), action: null };
    case "page-down":
      return { state: move(state, PAGE), action: null };
    case "home":
      return { state: move(state, Number.NEGATIVE_INFINITY), action: null };
    case "end":
      return { state: move(state, Number.POSITIVE_INFINITY), action: null };
    case "enter":
      return openFlows(state);
    case "escape":
      if (state.view !== "table") return { state: { ...state, ...TABLE }, action: null };
      return { state: { ...state, filter: "" }, action: null };
    case "backspace":
      return { state, action: null };
  }
}

function applyLetter(state: ScreenState, letter: string): { state: ScreenState; action: ScreenAction } {
  const change = (part: Partial<ScreenState>) => ({ state: { ...state, ...part }, action: null });
  switch (letter) {
    case "q":
      return { state, action: "quit" };
    case "p":
      return change({ isPaused: !state.isPaused });
    case "s":
      return change({ sort: SORT_ORDERS[(SORT_ORDERS.indexOf(state.sort) + 1) % SORT_ORDERS.length] });
    case "/":
      return change({ ...TABLE, isTyping: true });
    case "?":
      return change(state.view === "help" ? TABLE : { ...TABLE, view: "help" });
    case "c":
      return toggleClaim(state);
    case "d":
      return { state: { ...state, ...TABLE, view: "devices", scroll: 0 }, action: "load" };
    case "r":
      if (state.view === "reach") {
        return change({ reachBy: state.reachBy === "row" ? "product" : "row", scroll: 0 });
      }
      return {
        state: { ...state, ...TABLE, view: "reach", reachBy: "product", scroll: 0 },
        action: "load",
      };
    default:
      return change({});
  }
}

function openFlows(state: ScreenState): { state: ScreenState; action: ScreenAction } {
  const { rows, index } = visibleRows(state);
  if (state.view !== "table" || index < 0) return { state, action: null };
  const { product, claim } = rows[index];
  return { state: { ...state, product, claim, view: "flows", flows: null, scroll: 0 }, action: "load" };
}

/** What only a port allows: more products in the table; in the view of flows the other flows of the product. */
function toggleClaim(state: ScreenState): { state: ScreenState; action: ScreenAction } {
  if (state.view === "table") {
    return { state: { ...state, showsPossible: !state.showsPossible }, action: null };
  }
  if (state.view !== "flows") return { state, action: null };
  const claim = state.claim === "named" ? "possible" : "named";
  return { state: { ...state, claim, flows: null, scroll: 0 }, action: "load" };
}

function typeFilter(state: ScreenState, key: Key): ScreenState {
  switch (key.name) {
    case "text":
      return { ...state, filter: (state.filter + key.text).slice(0, MAX_FILTER_LENGTH) };
    case "backspace":
      return { ...state, filter: [...state.filter].slice(0, -1).join("") };
    case "enter":
      return { ...state, isTyping: false };
    case "escape":
      return { ...state, isTyping: false, filter: "" };
    default:
      return move(state, key.name === "up" ? -1 : key.name === "down" ? 1 : 0);
  }
}

/** Chooses another product, or scrolls through what is shown. */
function move(state: ScreenState, by: number): ScreenState {
  if (state.view === "flows") {
    const last = Math.max(0, (state.flows?.flows.length ?? 0) - 1);
    return { ...state, scroll: Math.min(Math.max(state.scroll + by, 0), last) };
  }
  if (state.view === "reach" || state.view === "devices") {
    return { ...state, scroll: Math.min(Math.max(state.scroll + by, 0), state.lastScroll) };
  }
  const { rows, index } = visibleRows(state);
  if (index < 0) return state;
  const target = Math.min(Math.max(index + by, 0), rows.length - 1);
  return { ...state, product: rows[target].product };
}
