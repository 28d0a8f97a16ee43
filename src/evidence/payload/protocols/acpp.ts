/** Administration of AirPort base stations: `acpp`, then a version (airpyrt-tools, acp/message.py). */
import { fixedTexts } from "./fixed-texts.ts";
import { Kind } from "./signature.ts";

export const acpp = fixedTexts("acpp", {
  "acpp\x00\x03\x00\x01": Kind.EITHER,
  "acpp\x00\x00\x00\x01": Kind.EITHER,
});
