/** Effects of keys on the state of the live screen. */
import type { Key } from "./live-keys.ts";
import {
  choiceIn,
  placeIn,
  placeOf,
  ROOT_VIEWS,
  type ScreenState,
  type ViewName,
  withChoice,
} from "./screen-state.ts";
import { viewIn } from "./views.ts";

/** Actions that the screen leaves to its caller. */
export type ScreenAction = "quit" | "interrupt" | "load" | null;

interface Outcome {
  readonly state: ScreenState;
  readonly action: ScreenAction;
}

const PAGE = 10;
const MAX_SEARCH_LENGTH = 60;

/** Rows that a key moves by. */
const MOVES: Readonly<Partial<Record<Key["name"], number>>> = {
  up: -1,
  down: 1,
  "page-up": -PAGE,
  "page-down": PAGE,
  home: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
};

/** The state after a key, and the action for the caller. */
export function applyKey(state: ScreenState, key: Key): Outcome {
  if (key.name === "interrupt") return { state, action: "interrupt" };
  const by = MOVES[key.name];
  if (by !== undefined) return { state: viewIn(state).move(state, by), action: null };
  if (state.isTyping) return typeSearch(state, key);
  if (key.name === "text") return applyLetter(state, key.text);
  if (key.name === "enter") return enter(state);
  if (key.name === "escape") return leave(state);
  return { state, action: null };
}

function applyLetter(state: ScreenState, letter: string): Outcome {
  const root = ROOT_VIEWS[Number(letter) - 1];
  if (root !== undefined) return goTo(state, root);
  switch (letter) {
    case "q":
      return { state, action: "quit" };
    case "p":
      return { state: { ...state, isPaused: !state.isPaused }, action: null };
    case "s":
      return turn(state, "order", 1);
    case "S":
      return turn(state, "order", -1);
    case "i":
      return { state: withChoice(state, { isReversed: !choiceIn(state).isReversed }), action: "load" };
    case "f":
      if (placeIn(state).view !== "reach") return turn(state, "filter", 1);
      return { state: { ...state, reachBy: state.reachBy === "row" ? "product" : "row" }, action: null };
    case "/":
      return { state: { ...state, isTyping: viewIn(state).hasRows }, action: null };
    case "?":
      return placeIn(state).view === "help" ? leave(state) : push(state, "help");
    case "r":
      return goTo(state, "reach");
    default:
      return { state, action: null };
  }
}

/** Opens one of the numbered views. */
function goTo(state: ScreenState, view: ViewName): Outcome {
  return { state: { ...state, places: [placeOf(view)] }, action: "load" };
}

function push(state: ScreenState, view: ViewName): Outcome {
  const [first, ...others] = state.places;
  return {
    state: { ...state, places: [first, ...others, placeOf(view, placeIn(state).scope)] },
    action: null,
  };
}

/** Opens the selected row, with all rows of its view. */
function enter(state: ScreenState): Outcome {
  const place = viewIn(state).open(state);
  if (place === null) return { state, action: null };
  const [first, ...others] = state.places;
  const inside: ScreenState = { ...state, why: null, places: [first, ...others, place] };
  return { state: withChoice(inside, { search: "", filter: 0 }), action: "load" };
}

/** Goes back; at the top level all rows are shown again. */
function leave(state: ScreenState): Outcome {
  const [first, ...others] = state.places.slice(0, -1);
  if (first === undefined) return { state: withChoice(state, { search: "", filter: 0 }), action: "load" };
  return { state: { ...state, places: [first, ...others] }, action: "load" };
}

/** Selects the next order or filter of the view, cyclically. */
function turn(state: ScreenState, what: "order" | "filter", by: number): Outcome {
  const view = viewIn(state);
  const count = (what === "order" ? view.orders : view.filters).length;
  if (count === 0) return { state, action: null };
  return {
    state: withChoice(state, { [what]: (choiceIn(state)[what] + by + count) % count }),
    action: "load",
  };
}

function typeSearch(state: ScreenState, key: Key): Outcome {
  const { search } = choiceIn(state);
  const searched = (text: string): Outcome => ({
    state: withChoice(state, { search: text }),
    action: "load",
  });
  switch (key.name) {
    case "text":
      return searched((search + key.text).slice(0, MAX_SEARCH_LENGTH));
    case "backspace":
      return searched([...search].slice(0, -1).join(""));
    case "enter":
      return { state: { ...state, isTyping: false }, action: null };
    case "escape":
      return { state: { ...withChoice(state, { search: "" }), isTyping: false }, action: "load" };
    default:
      return { state, action: null };
  }
}
