/** Shoutcast radio streams: HTTP with another word in the response (Shoutcast 1, "ICY 200 OK"). */
import { fixedTexts } from "./fixed-texts.ts";
import { Kind } from "./signature.ts";

export const icy = fixedTexts("icy", {
  "ICY 200 OK\r\n": Kind.ANSWERS,
});
