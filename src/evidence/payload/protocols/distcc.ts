/** distcc (doc/protocol): four-letter tokens with eight digits, the version first. */
import { fixedTexts } from "./fixed-texts.ts";
import { Kind } from "./signature.ts";

export const distcc = fixedTexts("distcc", {
  DIST00000001ARGC0: Kind.ASKS,
  DIST00000002ARGC0: Kind.ASKS,
  DIST00000003ARGC0: Kind.ASKS,
  DIST00000003CDIR0: Kind.ASKS,
  DONE00000001STAT0: Kind.ANSWERS,
  DONE00000002STAT0: Kind.ANSWERS,
  DONE00000003STAT0: Kind.ANSWERS,
});
