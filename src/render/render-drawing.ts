/** What the parts of a report are drawn with, and how they become one. */

import { type Measure, type TableStyle, withMeasure } from "./render-columns.ts";
import { type TextColors, textColors } from "./text-colors.ts";

export interface Drawing {
  readonly style: TableStyle;
  readonly measure: Measure;
  readonly colors: TextColors;
  /** Between two ends, after a sentence without an end, in the place of nothing. */
  readonly dash: string;
}

/** A report of the parts that `draw` gives as lines: those that have any, with an empty line between; ends with a line end. */
export function drawReport(
  style: TableStyle,
  draw: (drawing: Drawing) => readonly (readonly string[])[],
): Promise<string> {
  const colors = textColors(style.colors);
  return withMeasure((measure) =>
    draw({ style, measure, colors, dash: style.ascii ? "-" : "–" })
      .filter((lines) => lines.length > 0)
      .map((lines) => `${lines.join("\n")}\n`)
      .join("\n"),
  );
}
