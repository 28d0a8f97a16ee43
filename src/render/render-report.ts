/** The report for people: what was read, how much of it is Apple's, and the sections by how it is known. */
import type { Summary } from "../reports/traffic/summary.ts";
import { contentCachingParts } from "./content-caching-words.ts";
import { deviceLines } from "./device-words.ts";
import { claimLines, claimRow } from "./render-claims.ts";
import { type Cell, layoutTable, type TableStyle, widthOf, wrapText } from "./render-columns.ts";
import { type Drawing, drawReport } from "./render-drawing.ts";
import { notesOf, reasonLines } from "./render-notes.ts";
import { wrapParts } from "./render-parts.ts";
import { formatBytes, formatCount, formatShare } from "./render-units.ts";
import { appleHeadline, captureAmounts, captureTitle } from "./report-head.ts";
import {
  cutSection,
  type ReportRow,
  type ReportSection,
  reportSections,
  sectionTitle,
} from "./report-sections.ts";

/** Default number of rows of a section, or of parts of a line. */
const ROWS: Readonly<Record<ReportSection["kind"], number>> = {
  identified: 15,
  apple: 4,
  "could-be": 5,
  other: 4,
  "no-product": 4,
  "not-asked": 1,
  "not-decoded": 6,
};

/** From this width on, row names get the width of the longest title. */
const ROOMY = 60;

/** How much of the report is shown. */
export interface ReportLength {
  /** Rows of a section; null for a default number. */
  readonly top: number | null;
  /** Every row, including products that are only possible. */
  readonly all: boolean;
}

/** The default report; ends with a line end. */
export function renderReport(
  summary: Summary,
  { top, all }: ReportLength,
  style: TableStyle,
): Promise<string> {
  const rows = top ?? (all ? Number.POSITIVE_INFINITY : null);
  return drawReport(style, (drawing) => [
    [...headOf(summary, drawing), ...headlineOf(summary, drawing)],
    [
      ...sectionLines(summary, rows, drawing),
      ...deviceLines(summary, drawing),
      ...cachingLines(summary, drawing),
    ],
    all ? possibleLines(summary, rows, drawing) : [],
    notesOf(summary, drawing),
  ]);
}

/** One line on content caches, if applicable. */
function cachingLines({ contentCaching }: Summary, { style, measure, colors }: Drawing): string[] {
  if (contentCaching === undefined) return [];
  const title = "CONTENT CACHES";
  const lines = wrapParts(`${title} `, contentCachingParts(contentCaching), widthOf(style), measure);
  return lines.map((line, i) => (i === 0 ? colors.bold(title) + line.slice(title.length) : line));
}

/** Products without evidence that some port allows. */
function possibleLines({ products }: Summary, top: number | null, drawing: Drawing): string[] {
  const possible = products.filter(({ identified, oneOf }) => identified.flows + oneOf.flows === 0);
  if (possible.length === 0) return [];
  const title = drawing.colors.bold("ONLY POSSIBLE, BY PORT: ROWS OVERLAP");
  return [title, ...claimLines("PRODUCT", possible.map(claimRow), top ?? Number.POSITIVE_INFINITY, drawing)];
}

/** What was read: one line if it fits. */
export function headOf(summary: Summary, { style, measure, colors }: Drawing): string[] {
  const width = widthOf(style);
  return [
    ...wrapText(captureTitle(summary), width, measure).map(colors.bold),
    ...wrapText(captureAmounts(summary), width, measure),
  ];
}

/** Apple's share of everything that was read. */
function headlineOf(summary: Summary, { style, measure, colors }: Drawing): string[] {
  return wrapText(appleHeadline(summary), widthOf(style), measure).map(colors.bold);
}

/** The table of what is or could be Apple's, and a line for each of the other sections. */
function sectionLines(summary: Summary, top: number | null, drawing: Drawing): string[] {
  const sections = reportSections(summary).filter(({ total }) => total.packets > 0);
  const whole = summary.capture.bytes;
  const tabled: { title: string; section: ReportSection }[] = [];
  const lines: string[] = [];
  for (const section of sections) {
    const { kind } = section;
    if (kind === "identified" || kind === "apple" || kind === "could-be") {
      tabled.push({ title: sectionTitle(kind, summary).toUpperCase(), section });
    } else {
      lines.push(...lineOf(sectionTitle(kind, summary).toUpperCase(), section, top, whole, drawing));
      if (kind === "not-decoded") lines.push(...reasonLines(summary, "  packets", drawing));
    }
  }
  return [...tableOf(tabled, top, whole, drawing), ...lines];
}

function tableOf(
  sections: readonly { readonly title: string; readonly section: ReportSection }[],
  top: number | null,
  whole: number,
  drawing: Drawing,
): string[] {
  if (sections.length === 0) return [];
  const { style, measure, colors } = drawing;
  const rows: Cell[][] = [];
  const parts: (number | null)[] = [];
  const add = (cells: Cell[], part: number | null) => {
    rows.push(cells);
    parts.push(part);
  };
  // The first title is above the columns; a long one above the table.
  const [first] = sections;
  const isLong = first.section.kind === "could-be";
  // Bars of uncertain traffic beside those of known traffic would be misleading.
  const hasBars = ({ kind }: ReportSection) => isLong || kind !== "could-be";
  const barred = sections.filter(({ section }) => hasBars(section));
  const largest = Math.max(1, ...barred.map(({ section }) => section.rows[0]?.bytes ?? 0));
  for (const [index, { title, section }] of sections.entries()) {
    if (index > 0) add([{ text: title, paint: colors.bold }], null);
    const { shown, rest } = cut(section, top);
    const paint = section.kind === "could-be" ? colors.dim : undefined;
    for (const row of shown) {
      add(rowCells(row, whole, paint), hasBars(section) ? row.bytes / largest : null);
    }
    if (rest !== null) add(rowCells(rest, whole, colors.dim), null);
  }
  const lines = layoutTable(
    [
      {
        header: isLong ? "SERVICE" : first.title,
        align: "left",
        shrinksTo: widthOf(style) < ROOMY ? 16 : 30,
      },
      { header: "BYTES", align: "right" },
      { header: "SHARE", align: "right", expendable: 1 },
      { header: "FLOWS", align: "right", expendable: 2 },
      { header: "BY", align: "left", shrinksTo: 11 },
    ],
    rows,
    style,
    measure,
    { header: colors.bold, bars: { parts, paint: colors.cyan } },
  );
  return isLong ? [...wrapText(first.title, widthOf(style), measure).map(colors.bold), ...lines] : lines;
}

function rowCells({ name, bytes, flows, how }: ReportRow, whole: number, paint: Cell["paint"]): Cell[] {
  const cells = [name, formatBytes(bytes), formatShare(bytes, whole), formatCount(flows), how];
  return cells.map((text) => (paint === undefined ? { text } : { text, paint }));
}

/** The rows shown, and one for the others together. */
function cut(section: ReportSection, top: number | null): ReturnType<typeof cutSection> {
  // A line for one more row says less than that row.
  return cutSection(section, top ?? ROWS[section.kind], top === null ? 1 : 0);
}

/** A section whose rows are parts of a sentence. */
function lineOf(
  title: string,
  section: ReportSection,
  top: number | null,
  whole: number,
  { style, measure, colors }: Drawing,
): string[] {
  const { shown, rest } = cut(section, top);
  const total = `${formatBytes(section.total.bytes)} (${formatShare(section.total.bytes, whole)})`;
  const parts = [...shown, ...(rest === null ? [] : [rest])].map(
    ({ name, bytes }) => `${name} ${formatBytes(bytes)}`,
  );
  const lines = wrapParts(`${title}  ${total}:`, parts, widthOf(style), measure);
  return lines.map((line, i) => (i === 0 ? colors.bold(title) + line.slice(title.length) : line));
}
