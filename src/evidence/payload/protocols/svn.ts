/** Subversion (svn_ra_svn, protocol, 3): the server begins with its versions and capabilities. */
import { fixedTexts } from "./fixed-texts.ts";
import { Kind } from "./signature.ts";

export const svn = fixedTexts("svn", {
  "( success ( 2 2 ( ": Kind.ANSWERS,
});
