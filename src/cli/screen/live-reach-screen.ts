/** The live screen's view of reach: which of Apple's services answer, as far as flows have shown. */
import type { Drawing } from "../../render/render-drawing.ts";
import { reachParts } from "../../render/render-reach.ts";
import type { ScreenState } from "./live-state.ts";

/** All lines of the view, whatever the room: it is scrolled. */
export function reachLines({ reach, reachBy }: ScreenState, drawing: Drawing): readonly string[] {
  if (reach === null) return ["Looking through the live flows ..."];
  return reachParts(reach, reachBy, drawing).flatMap((part, i) => (i === 0 ? part : ["", ...part]));
}
