/** A view of scrolled lines. */
import type { Drawing } from "../../render/render-drawing.ts";
import type { LiveFrame } from "./live-frame.ts";
import { placeIn, type ScreenState, withPlace } from "./screen-state.ts";
import type { View } from "./table-view.ts";

/** The view of these lines, independent of the height. */
export function textView(
  lines: (state: ScreenState, frame: LiveFrame, drawing: Drawing) => readonly string[],
): View {
  return {
    orders: [],
    filters: [],
    hasRows: false,
    lines: (state, frame, _, drawing) => lines(state, frame, drawing),
    move: (state, by) =>
      withPlace(state, { scroll: Math.min(Math.max(placeIn(state).scroll + by, 0), state.lastScroll) }),
    open: () => null,
  };
}
