/** What the classes of flows are called beside amounts. */
import type { FlowClass } from "../evidence/attribution/evidence.ts";

/** What classes are called where they stand beside a row. */
export const CLASS_WORDS: Readonly<Record<FlowClass, string>> = {
  identified: "identified",
  apple: "Apple's",
  other: "another's",
  listed: "port only",
  range: "range only",
  unlisted: "no product's",
};
