/** Java RMI (Java Remote Method Invocation Specification, 10.2): `JRMI`, version 2, and one of three protocols. */
import { fixedTexts } from "./fixed-texts.ts";
import { Kind } from "./signature.ts";

export const rmi = fixedTexts("rmi", {
  "JRMI\x00\x02K": Kind.ASKS,
  "JRMI\x00\x02L": Kind.ASKS,
  "JRMI\x00\x02M": Kind.ASKS,
});
