/** The view of reach: which of Apple's services answer, as far as flows have shown. */
import { reachParts } from "../../render/render-reach.ts";
import { textView } from "./text-view.ts";

export const REACH_VIEW = textView(({ reach, reachBy }, _, drawing) => {
  if (reach === null) return ["Looking through the live flows ..."];
  return reachParts(reach, reachBy, drawing).flatMap((part, i) => (i === 0 ? part : ["", ...part]));
});
