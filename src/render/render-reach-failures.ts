/** Failures, their clients, observations and remedies: the first part of the reach report. */
import type { Advice } from "../knowledge/advice/advice.ts";
import type { ReachEntry } from "../reports/reach/reach-entries.ts";
import { dependentText, failuresShown, failureWords } from "./reach-failure-words.ts";
import { widthOf, wrapText } from "./render-columns.ts";
import type { Drawing } from "./render-drawing.ts";
import { formatCount } from "./render-units.ts";

/** The lines of all failures; none without any. `advice`: null for observations only. */
export function failureLines(
  entries: readonly ReachEntry[],
  advice: Advice | null,
  drawing: Drawing,
): string[] {
  if (entries.length === 0) return [];
  const { style, measure, colors } = drawing;
  const { shown, more, dependent } = failuresShown(entries);
  const lines = shown.flatMap((entry) => entryLines(entry, advice, drawing));
  if (more > 0) lines.push(`and ${formatCount(more)} more; --format json has all of them`);
  if (dependent.length > 0) {
    lines.push(...wrapText(dependentText(dependent), widthOf(style), measure, "  ").map(colors.red));
  }
  return [colors.bold("FAILS"), ...lines];
}

function entryLines(entry: ReachEntry, advice: Advice | null, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const width = widthOf(style);
  const { title, meaning, seen, more, cause, rule, command } = failureWords(entry, advice);
  const lines = wrapText(title, width, measure, "  ").map(colors.red);
  const say = (text: string) => lines.push(...wrapText(`  ${text}`, width, measure, "    "));
  if (meaning !== null) say(meaning);
  for (const text of seen) say(text);
  if (more > 0) say(`and ${formatCount(more)} more; --format json has all of them`);
  if (cause !== null) say(`likely: ${cause}`);
  if (rule !== null) say(`do: ${rule}`);
  // For pasting: not wrapped.
  if (command !== null) lines.push(`      ${command}`);
  return lines;
}
