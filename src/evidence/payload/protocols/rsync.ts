/** The rsync daemon: both sides begin with `@RSYNCD: ` and a version (rsync, csprotocol). */
import { fixedTexts } from "./fixed-texts.ts";
import { Kind } from "./signature.ts";

export const rsync = fixedTexts("rsync", {
  "@RSYNCD: 2": Kind.EITHER,
  "@RSYNCD: 3": Kind.EITHER,
});
