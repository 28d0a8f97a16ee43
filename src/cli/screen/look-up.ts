/** Look-ups of the live screen between reports, requested by a key. */
import type { LiveView } from "../../engine/monitor-options.ts";
import { answerIn, queryOf, queryText } from "./connection-view.ts";
import { placeIn, type ScreenState } from "./screen-state.ts";

type Found = Partial<Pick<ScreenState, "looked" | "reach" | "why">>;

/** The data that the current view needs, as text. */
export function wantedIn(state: ScreenState): string {
  const { view, scope } = placeIn(state);
  if (view === "connections") return queryText(queryOf(state));
  return view === "why" ? JSON.stringify([view, scope.flow]) : view;
}

/** Looks it up; null if the view needs nothing, or has it. */
export function lookUpFor(
  state: ScreenState,
  live: LiveView,
): { readonly wanted: string; readonly found: Promise<Found> } | null {
  const wanted = wantedIn(state);
  const { view, scope } = placeIn(state);
  switch (view) {
    case "connections": {
      if (state.frame !== null && answerIn(state, state.frame) !== null) return null;
      const query = queryOf(state);
      const found = live.flows(query).then((flows) => ({ looked: flows && { query: wanted, flows } }));
      return { wanted, found };
    }
    case "reach":
      return { wanted, found: live.reach().then((reach) => ({ reach })) };
    case "why":
      if (scope.flow === undefined || state.why === "gone") return null;
      return { wanted, found: live.explain(scope.flow).then((why) => ({ why: why ?? "gone" })) };
    default:
      return null;
  }
}
