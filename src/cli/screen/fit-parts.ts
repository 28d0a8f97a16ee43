/** Parts of a line of the screen: those that do not fit are dropped whole. */
import type { Measure } from "../../render/render-columns.ts";
import { escapeText } from "../../render/render-escape.ts";

/** A part of a line. Hostile text. */
export interface LinePart {
  readonly text: string;
  /** 0: never dropped; else the highest is dropped first. */
  readonly importance: number;
}

const GAP = "   ";

/** As many parts as fit into `width` columns, in order; escaped. */
export function fitParts(parts: readonly LinePart[], width: number, measure: Measure): string {
  let shown = parts.filter(({ text }) => text !== "");
  for (;;) {
    const line = shown.map(({ text }) => escapeText(text)).join(GAP);
    const worst = Math.max(0, ...shown.map(({ importance }) => importance));
    if (measure(line) <= width || worst === 0) return line;
    const last = shown.findLastIndex(({ importance }) => importance === worst);
    shown = shown.filter((_, i) => i !== last);
  }
}

/** `left` and `right` at the ends of a line of exactly `width` columns; if too long, `left` is cut and marked with `ellipsis`. */
export function spread(
  left: string,
  right: string,
  width: number,
  measure: Measure,
  ellipsis: string,
): string {
  const end = escapeText(right);
  const room = width - measure(end) - (end === "" ? 0 : 2);
  const whole = escapeText(left);
  let start = whole;
  if (measure(whole) > room) {
    start = "";
    for (const character of whole) {
      if (measure(start + character) + measure(ellipsis) > room) break;
      start += character;
    }
    start = start.trimEnd() + ellipsis;
  }
  return start + " ".repeat(Math.max(0, width - measure(start) - measure(end))) + end;
}
