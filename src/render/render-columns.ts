/** Aligned columns and wrapped text for a terminal of a given width. Everything is escaped here during layout. */
import { escapeText } from "./render-escape.ts";

/** How a report is drawn. */
export interface TableStyle {
  /** Columns of the terminal; no line is longer. Values below 40 are treated as 40. */
  readonly width: number;
  readonly colors: boolean;
  /** Draws with ASCII only, for terminals without Unicode. */
  readonly ascii: boolean;
}

/** Minimum layout width. */
const LEAST_WIDTH = 40;

/** The width to draw in. */
export function widthOf(style: TableStyle): number {
  return Math.max(style.width, LEAST_WIDTH);
}

/** Number of terminal columns that a text takes. */
export type Measure = (text: string) => number;

/** Adds colour to a text that has its final width. */
export type Paint = (text: string) => string;

export interface Column {
  readonly header: string;
  readonly align: "left" | "right";
  /** Minimum width, whatever the contents. */
  readonly minWidth?: number;
  /** Width to which it may be shortened if there is no room. */
  readonly shrinksTo?: number;
  /** May be dropped if there is no room: higher ones first. */
  readonly expendable?: number;
}

export interface Cell {
  readonly text: string;
  /** Trusted text after the cell, kept when the text is shortened. */
  readonly suffix?: string;
  readonly paint?: Paint;
}

/** A fraction as a bar in the last column, which takes the remaining width. */
export interface Bars {
  /** 0 to 1 for each row; null for a row without a bar, whose last text may extend into the bar's column. */
  readonly parts: readonly (number | null)[];
  readonly paint: Paint;
}

const GAP = 2;
const LEAST_BAR = 5;
const LONGEST_BAR = 30;

/**
 * Lines of a table, its header first. Columns that do not fit are dropped or shortened as they allow.
 *
 * @param rows one cell for every column; or a single one, a title that spans all of them
 */
export function layoutTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: TableStyle,
  measure: Measure,
  options: { readonly header?: Paint; readonly bars?: Bars } = {},
): string[] {
  const texts = rows.map((row) => row.map(({ text, suffix = "" }) => escapeText(text) + suffix));
  const wholeRows = texts.filter((row) => !isTitle(row, columns));
  const widths = columns.map(({ header, minWidth = 0 }, i) =>
    Math.max(minWidth, columnWidth(header, wholeRows, i, measure)),
  );
  const last = columns.length - 1;
  const parts = options.bars?.parts ?? [];
  // The last text of a row without a bar may extend into the bar's column.
  const mayGoOn = (row: number) => options.bars !== undefined && (parts[row] ?? null) === null;
  if (columns[last].align === "left") {
    const withinColumn = texts.filter((row, i) => !isTitle(row, columns) && !mayGoOn(i));
    const least = Math.min(widths[last], columns[last].shrinksTo ?? widths[last]);
    const { header, minWidth = 0 } = columns[last];
    widths[last] = Math.max(least, minWidth, columnWidth(header, withinColumn, last, measure));
  }
  const { shown, spare } = fitColumns(
    columns,
    widths,
    style,
    options.bars === undefined ? 0 : GAP + LEAST_BAR,
  );
  const ellipsis = style.ascii ? "..." : "…";
  const line = (texts: readonly string[], cells: readonly Omit<Cell, "text">[], bar: string, more = 0) =>
    shown
      .map((i) => {
        const { paint, suffix = "" } = cells[i];
        const text = fitText(texts[i], widths[i] + (i === last ? more : 0), ellipsis + suffix, measure);
        const padding = " ".repeat(Math.max(0, widths[i] - measure(text)));
        const painted = paint?.(text) ?? text;
        return columns[i].align === "right" ? padding + painted : painted + padding;
      })
      .concat(bar === "" ? [] : [bar])
      .join(" ".repeat(GAP))
      .trimEnd();
  const header = options.header === undefined ? {} : { paint: options.header };
  const headers = columns.map((column) => column.header);
  const lines = [
    line(
      headers,
      headers.map(() => header),
      "",
    ),
  ];
  const barWidth = Math.min(LONGEST_BAR, spare - GAP);
  for (const [index, cells] of texts.entries()) {
    if (isTitle(cells, columns)) {
      const title = fitText(cells[0], widthOf(style), ellipsis, measure);
      lines.push(rows[index][0].paint?.(title) ?? title);
      continue;
    }
    const part = parts[index] ?? null;
    const bar = part === null || barWidth < LEAST_BAR ? "" : drawBar(part, barWidth, style.ascii);
    const painted = bar === "" ? "" : (options.bars?.paint(bar) ?? bar);
    lines.push(line(cells, rows[index], painted, mayGoOn(index) ? spare : 0));
  }
  return lines;
}

function isTitle(row: readonly unknown[], columns: readonly Column[]): boolean {
  return row.length === 1 && columns.length > 1;
}

/** Width of the widest cell of a column; there may be a million rows, so they are not spread into a call. */
export function columnWidth(
  header: string,
  texts: readonly (readonly string[])[],
  column: number,
  measure: Measure,
): number {
  return texts.reduce((width, row) => Math.max(width, measure(row[column])), measure(header));
}

/** Selects the columns shown; reduces `widths` to their final values. `spare`: remaining width. */
function fitColumns(
  columns: readonly Column[],
  widths: number[],
  style: TableStyle,
  barWidth: number,
): { shown: number[]; spare: number } {
  const width = widthOf(style);
  let shown = columns.map((_, i) => i);
  const least = (i: number) => Math.min(widths[i], columns[i].shrinksTo ?? widths[i]);
  const needed = (of: (i: number) => number) =>
    shown.reduce((sum, i) => sum + of(i), 0) + GAP * (shown.length - 1);
  let reserved = barWidth;
  for (;;) {
    if (needed(least) + reserved <= width) break;
    const worst = shown.reduce<number | null>((found, i) => {
      const rank = columns[i].expendable ?? 0;
      return rank > 0 && (found === null || rank > (columns[found].expendable ?? 0)) ? i : found;
    }, null);
    if (worst !== null) shown = shown.filter((i) => i !== worst);
    else if (reserved > 0) reserved = 0;
    else break;
  }
  const limits = shown.map(least);
  let excess = needed((i) => widths[i]) + reserved - width;
  // The widest column is shortened first, so that no column is cut in favour of a wider one.
  while (excess > 0) {
    const wide = shown.filter((i, k) => widths[i] > limits[k]);
    if (wide.length === 0) break;
    const widest = wide.reduce((a, b) => (widths[b] > widths[a] ? b : a));
    widths[widest]--;
    excess--;
  }
  return { shown, spare: width - needed((i) => widths[i]) };
}

/** `text` in at most `width` columns; if it is longer, its end is replaced with `ending`. */
function fitText(text: string, width: number, ending: string, measure: Measure): string {
  if (measure(text) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (measure(kept + character) + ending.length > width) break;
    kept += character;
  }
  return (kept.trimEnd() + ending).slice(0, Math.max(width, 1));
}

/** Wraps at spaces to `width` columns; later lines are indented. Words that are too long are broken. */
export function wrapText(text: string, width: number, measure: Measure, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  let isEmpty = true;
  const endLine = () => {
    lines.push(line);
    line = indent;
    isEmpty = true;
  };
  for (const word of escapeText(text).split(" ")) {
    const gap = isEmpty ? "" : " ";
    if (measure(line + gap + word) <= width) {
      line += gap + word;
    } else {
      if (!isEmpty) endLine();
      for (const character of word) {
        if (measure(line + character) > width) endLine();
        line += character;
      }
    }
    isEmpty = false;
  }
  return [...lines, line];
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of `part` of `width` columns; any part above 0 is visible. */
function drawBar(part: number, width: number, ascii: boolean): string {
  if (part <= 0) return "";
  if (ascii) return "#".repeat(Math.max(1, Math.round(part * width)));
  const eighths = Math.max(1, Math.round(part * width * 8));
  return "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7];
}

/** Characters of one column each, without a Unicode table: Latin, and what reports draw. */
const NARROW = /^[\x20-\x7e\xa1-\xac\xae-\u02ff‐-—‘-”†•…▁-▏]*$/;

/**
 * Measures by the number of characters if that is right, and with string-width, which takes 25 ms to load,
 * if a text has other letters than Latin ones.
 */
export async function withMeasure<T>(layout: (measure: Measure) => T): Promise<T> {
  let isRight = true;
  const result = layout((text) => {
    isRight &&= NARROW.test(text);
    return text.length;
  });
  if (isRight) return result;
  const { default: stringWidth } = await import("string-width");
  return layout((text) => stringWidth(text));
}
