/** Names of flow classes beside amounts. */
import type { FlowClass } from "../evidence/attribution/evidence.ts";

/** Names of classes in a row. */
export const CLASS_WORDS: Readonly<Record<FlowClass, string>> = {
  identified: "identified",
  apple: "Apple's",
  other: "another's",
  listed: "port only",
  range: "range only",
  unlisted: "no product's",
};
