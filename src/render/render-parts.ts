/** Sentences whose parts are not broken. */
import { type Measure, wrapText } from "./render-columns.ts";
import { escapeText } from "./render-escape.ts";

/** A sentence that is wrapped between its parts, not within one, as far as they fit. */
export function wrapParts(
  beginning: string,
  parts: readonly string[],
  width: number,
  measure: Measure,
): string[] {
  const lines: string[] = [];
  let line = beginning;
  for (const [i, part] of parts.entries()) {
    const text = escapeText(part) + (i < parts.length - 1 ? "," : "");
    if (measure(line) + 1 + measure(text) <= width) line += ` ${text}`;
    else {
      lines.push(line);
      line = `  ${text}`;
    }
  }
  return [...lines, line].flatMap((one) =>
    measure(one) <= width ? [one] : wrapText(one, width, measure, "  "),
  );
}
