/** Drawing tools shared by the parts of a report, and their assembly. */

import { type Measure, type TableStyle, withMeasure } from "./render-columns.ts";
import { type TextColors, textColors } from "./text-colors.ts";

export interface Drawing {
  readonly style: TableStyle;
  readonly measure: Measure;
  readonly colors: TextColors;
  /** Separators between two ends and after a sentence, and the placeholder for a missing value. */
  readonly dash: string;
}

/** A report of the parts that `draw` returns as lines: the non-empty ones, separated by an empty line; ends with a line end. */
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
