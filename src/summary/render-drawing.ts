/** What the parts of the table are drawn with. */
import type picocolors from "picocolors";
import type { Measure, TableStyle } from "./render-columns.ts";

export interface Drawing {
  readonly style: TableStyle;
  readonly measure: Measure;
  readonly colors: ReturnType<typeof picocolors.createColors>;
  /** Between two ends, after a sentence without an end, in the place of nothing. */
  readonly dash: string;
}
