/** Comments in lists of names, shared by every format. */

import type { NameEntry, NamePlan } from "./name-plan.ts";
import { plainText, wrapWords } from "./plan-words.ts";

/** Returns the header of a list: its purpose, and what it lacks. */
export function nameHead({ subject, nameless }: NamePlan, what: string): string[] {
  return [
    ...wrapWords(
      `${what} for ${subject}, by appleflow. After each name: products; keys of data/sources.tsv; the date.`,
    ),
    ...(nameless.length === 0 ? [] : wrapWords(`No name is known for ${nameless.join(", ")}.`)),
    ...wrapWords(
      "Names resolve through CNAMEs that Apple changes and does not publish. Filter by the queried name, and let resolvers follow the chain.",
    ),
  ];
}

/** "FaceTime, iMessage; facetime-bag; 2026-11" */
export function nameNote({ products, source, date }: NameEntry): string {
  const whose = products.length === 0 ? "Apple, product unknown" : products.join(", ");
  return plainText(`${whose}; ${source.replaceAll(" | ", ", ")}; ${date}`);
}

/** Returns the patterns, for a comment in formats that support only whole names and suffixes. */
export function unsaidLines(plan: NamePlan): string[] {
  const patterns = plan.names.filter(({ kind }) => kind === "pattern");
  if (patterns.length === 0) return [];
  return [
    ...wrapWords(
      "Left out, because this format cannot express them and nothing wider is allowed instead (# stands for digits, * for any characters of one label):",
    ),
    ...patterns.map((entry) => `  ${entry.name} - ${nameNote(entry)}`),
  ];
}
