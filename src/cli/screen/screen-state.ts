/** State of the live screen: immutable, replaced on change. */
import type { ReachGrouping } from "../../render/render-reach.ts";
import type { ExplainedFlow } from "../../reports/flows/explained-flow.ts";
import type { FlowClaim, LiveFlow, LiveFlows } from "../../reports/flows/live-flows.ts";
import type { ReachReport } from "../../reports/reach/reach-report.ts";
import type { LiveFrame } from "./live-frame.ts";

/** The views that have a key, in the order of their keys. */
export const ROOT_VIEWS = ["products", "devices", "connections", "others", "reach"] as const;
export type RootView = (typeof ROOT_VIEWS)[number];
export type ViewName = RootView | "services" | "why" | "help";

/** The part of the traffic that a view shows: the rows opened on the way to it. Texts may be hostile. */
export interface Scope {
  readonly product?: { readonly name: string; readonly claim: FlowClaim };
  readonly device?: { readonly id: string; readonly label: string };
  readonly service?: { readonly name: string; readonly groups: ReadonlySet<string> };
  readonly flow?: LiveFlow;
}

/** A view with its scope, and the position in it. */
export interface Place {
  readonly view: ViewName;
  readonly scope: Scope;
  /** The key of the selected row, wherever it is; null: the first. */
  readonly cursor: string | null;
  /** Lines above the first visible one, for a view of lines. */
  readonly scroll: number;
}

/** Filter and order of a view's rows, as indices. */
export interface Choice {
  readonly order: number;
  readonly isReversed: boolean;
  readonly filter: number;
  readonly search: string;
}

export interface ScreenState {
  /** RFC 3339: the time of day, which advances even while paused. */
  readonly time: string;
  /** The newest report, or the one at which the screen was paused; null before the first. */
  readonly frame: LiveFrame | null;
  readonly isPaused: boolean;
  /** Whether keys go to the search. */
  readonly isTyping: boolean;
  /** The path to the current place, which is the last one. */
  readonly places: readonly [Place, ...Place[]];
  readonly choices: Readonly<Record<ViewName, Choice>>;
  /** Connections looked up between reports, and the query (as text) that they answer. */
  readonly looked: { readonly query: string; readonly flows: LiveFlows } | null;
  readonly reach: ReachReport | null;
  readonly reachBy: ReachGrouping;
  /** Why a flow is attributed as it is; null: the look-up is in progress. "gone": the flow has ended. */
  readonly why: ExplainedFlow | "gone" | null;
  /** Scroll limit of a view of lines; depends on the terminal. */
  readonly lastScroll: number;
  /** The latest event. Hostile text. */
  readonly notice: string | null;
  /** Messages on interfaces, files and addresses, latest last. Hostile text. */
  readonly told: readonly string[];
}

const FIRST_CHOICE: Choice = { order: 0, isReversed: false, filter: 0, search: "" };

/** Before the first report. */
export const FIRST_STATE: ScreenState = {
  time: "",
  frame: null,
  isPaused: false,
  isTyping: false,
  places: [placeOf("products")],
  choices: {
    products: FIRST_CHOICE,
    devices: FIRST_CHOICE,
    connections: FIRST_CHOICE,
    others: FIRST_CHOICE,
    reach: FIRST_CHOICE,
    services: FIRST_CHOICE,
    why: FIRST_CHOICE,
    help: FIRST_CHOICE,
  },
  looked: null,
  reach: null,
  reachBy: "product",
  why: null,
  lastScroll: 0,
  notice: null,
  told: [],
};

/** A place at the top of a view. */
export function placeOf(view: ViewName, scope: Scope = {}): Place {
  return { view, scope, cursor: null, scroll: 0 };
}

/** The current place. */
export function placeIn({ places }: ScreenState): Place {
  return places[places.length - 1] ?? places[0];
}

/** The state with the current place changed. */
export function withPlace(state: ScreenState, change: Partial<Place>): ScreenState {
  const place = { ...placeIn(state), ...change };
  const [first, ...others] = [...state.places.slice(0, -1), place];
  return { ...state, places: [first, ...others] };
}

/** The order and filter of the current view. */
export function choiceIn(state: ScreenState): Choice {
  return state.choices[placeIn(state).view];
}

/** The state with the current view's order or filter changed. */
export function withChoice(state: ScreenState, change: Partial<Choice>): ScreenState {
  const { view } = placeIn(state);
  const choices = { ...state.choices, [view]: { ...state.choices[view], ...change } };
  return { ...state, choices };
}
