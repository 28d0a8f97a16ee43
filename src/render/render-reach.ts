/** The reach report: as text for people, as JSON, or as a page. Failures first, then what works, then what is normal. */
import type { Advice } from "../knowledge/advice/advice.ts";
import { sourceCount } from "../reports/completeness.ts";
import type { ReachEntry, ReachGroup } from "../reports/reach/reach-entries.ts";
import type { ReachReport, ReachRow, ReachVerdict } from "../reports/reach/reach-report.ts";
import { isFailure } from "../reports/reach/reach-report.ts";
import { reachNotes } from "./reach-notes.ts";
import {
  NOTHING_FAILED,
  NOTHING_TRIED,
  ONE_DIRECTION,
  reachClients,
  reachOutcome,
  untriedText,
} from "./reach-outcome.ts";
import { layoutTable, type Paint, type TableStyle, widthOf, wrapText } from "./render-columns.ts";
import { type Drawing, drawReport } from "./render-drawing.ts";
import { writeJsonDocument } from "./render-json-document.ts";
import { joinPieces, type WritePiece } from "./render-pieces.ts";
import { failureLines } from "./render-reach-failures.ts";
import { verdictText, workedText } from "./render-reach-words.ts";
import { formatCount } from "./render-units.ts";
import { readAmounts } from "./report-head.ts";

/** What has a line in a report. */
export const REACH_GROUPINGS = ["product", "row", "device"] as const;
/** One of `REACH_GROUPINGS`. */
export type ReachGrouping = (typeof REACH_GROUPINGS)[number];

/** The formats of the reach report. */
export const REACH_FORMATS = ["table", "json", "html"] as const;
/** One of `REACH_FORMATS`. */
export type ReachFormat = (typeof REACH_FORMATS)[number];

/** Options of {@link renderReach}. */
export interface ReachRenderOptions {
  readonly format: ReachFormat;
  /** For the table; JSON and HTML have everything. */
  readonly by: ReachGrouping;
  readonly style: TableStyle;
  /** Texts on causes and remedies for table and HTML; without it, they have neither. */
  readonly advice?: Advice;
}

/** Parts of the report as lines, without the capture's name; empty parts have none. */
export function reachParts(
  report: ReachReport,
  by: ReachGrouping,
  drawing: Drawing,
  advice: Advice | null = null,
): readonly string[][] {
  const parts =
    by === "row"
      ? [rowLines(report.rows, drawing), failureLines(reachOutcome(report).failing, advice, drawing)]
      : entryParts(report, by, drawing, advice);
  return [directionLines(report, drawing), ...parts, untriedLines(report, drawing)].filter(
    (lines) => lines.length > 0,
  );
}

/**
 * Renders the report as text that ends with a line end.
 *
 * @example
 * ```ts
 * import { reach } from "appleflow";
 * import { renderReach } from "appleflow/render";
 *
 * const { report } = await reach(["office.pcapng"]);
 * const style = { width: 80, colors: false, ascii: false };
 * process.stdout.write(await renderReach(report, { format: "table", by: "product", style }));
 * ```
 */
export function renderReach(report: ReachReport, options: ReachRenderOptions): Promise<string> {
  return joinPieces((write) => writeReach(report, options, write));
}

/**
 * Renders the report like {@link renderReach}, in pieces: the JSON of many captures may exceed the maximum string length.
 *
 * @param write is called with one piece after the other
 *
 * @example
 * ```ts
 * import { reach } from "appleflow";
 * import { writeReach } from "appleflow/render";
 *
 * const { report } = await reach(["monday.pcap", "tuesday.pcap"]);
 * const style = { width: 80, colors: false, ascii: false };
 * await writeReach(report, { format: "json", by: "product", style }, (piece) => process.stdout.write(piece));
 * ```
 */
export async function writeReach(
  report: ReachReport,
  { format, by, style, advice }: ReachRenderOptions,
  write: WritePiece,
): Promise<void> {
  if (format === "json") {
    writeJsonDocument(report, write);
    return;
  }
  if (format === "html") {
    const { writeReachPage } = await import("./html/reach-page.ts");
    writeReachPage(report, advice ?? null, write);
    return;
  }
  const text = await drawReport(style, (drawing) => {
    const [first, ...rest] = reachParts(report, by, drawing, advice ?? null);
    const head = headOf(report, drawing);
    // The note on directions belongs to the capture.
    return report.directions === "one" ? [[...head, ...first], ...rest] : [head, first, ...rest];
  });
  write(text);
}

function headOf({ capture }: ReachReport, { style, measure, colors }: Drawing): string[] {
  const width = widthOf(style);
  const count = sourceCount(capture);
  const [{ name } = { name: "" }] = capture.sources;
  const title = count === 1 ? (name === "-" ? "standard input" : name) : `${formatCount(count)} captures`;
  return [
    ...wrapText(title, width, measure).map(colors.bold),
    ...wrapText(readAmounts(capture), width, measure),
  ];
}

function directionLines({ directions }: ReachReport, { style, measure, colors }: Drawing): string[] {
  if (directions !== "one") return [];
  return wrapText(ONE_DIRECTION, widthOf(style), measure).map(colors.yellow);
}

function entryParts(
  report: ReachReport,
  by: ReachGrouping,
  drawing: Drawing,
  advice: Advice | null,
): readonly string[][] {
  const { entries, failing, works, unclear } = reachOutcome(report);
  const parts =
    by === "device"
      ? [deviceLines(entries, report, drawing)]
      : [
          failureLines(failing, advice, drawing),
          groupLines("WORKS", works, drawing),
          groupLines("UNCLEAR", unclear, drawing),
        ];
  const isNothing = entries.length === 0;
  return [summaryLines(isNothing, failing.length, drawing), ...parts, reachNotes(report, advice, drawing)];
}

function summaryLines(isNothing: boolean, failing: number, { style, measure }: Drawing): string[] {
  if (isNothing) return wrapText(NOTHING_TRIED, widthOf(style), measure);
  return failing === 0 ? wrapText(NOTHING_FAILED, widthOf(style), measure) : [];
}

function groupLines(title: string, entries: readonly ReachGroup[], drawing: Drawing): string[] {
  if (entries.length === 0) return [];
  const { style, measure, colors } = drawing;
  const hasClients = entries.some(({ clients }) => clients > 1);
  const columns = [
    { header: title, align: "left", shrinksTo: 16 },
    { header: "VERDICT", align: "left" },
    { header: "WORKED", align: "right", expendable: 2 },
  ] as const;
  return layoutTable(
    hasClients ? [...columns, { header: "CLIENTS", align: "right", expendable: 3 }] : columns,
    entries.map(({ label, verdict, counts, clients }) => [
      { text: label },
      { text: verdictText(verdict), paint: paintOf(verdict, drawing) },
      { text: workedText(...counts) },
      ...(hasClients ? [{ text: formatCount(clients) }] : []),
    ]),
    style,
    measure,
    { header: colors.bold },
  );
}

/** One line for each client: what fails for it, and what works. */
function deviceLines(entries: readonly ReachEntry[], report: ReachReport, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const rows = reachClients(report, entries);
  if (rows.length === 0) return [];
  return layoutTable(
    [
      { header: "CLIENT", align: "left", shrinksTo: 15 },
      { header: "WORKS", align: "right", expendable: 1 },
      { header: "FAILS", align: "left", shrinksTo: 16 },
    ],
    rows.map(({ client, fails, works }) => [
      { text: client },
      { text: formatCount(works) },
      { text: fails.join(", "), paint: colors.red },
    ]),
    style,
    measure,
    { header: colors.bold },
  );
}

function rowLines(rows: readonly ReachRow[], drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  return layoutTable(
    [
      { header: "PORT", align: "left" },
      { header: "TRANSPORT", align: "left", expendable: 1 },
      { header: "COVERAGE", align: "left", expendable: 3 },
      { header: "VERDICT", align: "left" },
      { header: "WORKED", align: "right", expendable: 2 },
      { header: "SERVICE", align: "left", shrinksTo: 8 },
    ],
    rows.map(({ port, transport, coverage, verdict, attempts, otherAttempts, serviceName }) => {
      const paint = coverage === "failed" ? colors.red : paintOf(verdict, drawing);
      return [
        { text: port },
        { text: transport },
        { text: coverage.replace("-", " "), paint },
        {
          text: verdict === "never-tried" && coverage === "seen" ? "to a group" : verdictText(verdict),
          paint,
        },
        { text: workedText(attempts, otherAttempts) },
        { text: serviceName },
      ];
    }),
    style,
    measure,
    { header: colors.bold },
  );
}

function untriedLines({ rows }: ReachReport, { style, measure, colors }: Drawing): string[] {
  const text = `NOT TRIED  ${untriedText(rows)} (--by row): that proves nothing`;
  return wrapText(text, widthOf(style), measure, "  ").map((line) => colors.dim(line));
}

function paintOf(verdict: ReachVerdict, { colors }: Drawing): Paint {
  if (isFailure(verdict)) return colors.red;
  if (verdict === "works") return colors.green;
  return verdict === "never-tried" ? colors.dim : colors.yellow;
}
