/** The report on reach: as a table for people, or as JSON. */
import {
  isFailure,
  type ReachProduct,
  type ReachReport,
  type ReachRow,
  type ReachTarget,
  type ReachVerdict,
} from "../reports/reach/reach-report.ts";
import { layoutTable, type Paint, type TableStyle, widthOf, wrapText } from "./render-columns.ts";
import { type Drawing, drawReport } from "./render-drawing.ts";
import { safeJson } from "./render-escape.ts";
import { countText, endText, seenText, verdictText, workedText } from "./render-reach-words.ts";
import { formatBytes, formatCount, formatDuration } from "./render-units.ts";

/** What a report has one line for. */
export const REACH_GROUPINGS = ["product", "row"] as const;
/** One of `REACH_GROUPINGS`. */
export type ReachGrouping = (typeof REACH_GROUPINGS)[number];

/** The formats of the report on reach. */
export const REACH_FORMATS = ["table", "json"] as const;
/** One of `REACH_FORMATS`. */
export type ReachFormat = (typeof REACH_FORMATS)[number];

/** Options of {@link renderReach}. */
export interface ReachRenderOptions {
  readonly format: ReachFormat;
  /** Of the table; JSON has all. */
  readonly by: ReachGrouping;
  readonly style: TableStyle;
}

/** Parts of the report as lines, without what names its capture; those of nothing have none. */
export function reachParts(report: ReachReport, by: ReachGrouping, drawing: Drawing): readonly string[][] {
  return [
    directionLines(report, drawing),
    by === "row" ? rowLines(report.rows, drawing) : productLines(report.products, drawing),
    failureLines(report.targets, drawing),
    blockedLines(report, drawing),
    unlistedLines(report, drawing),
    footOf(report, drawing),
  ].filter((lines) => lines.length > 0);
}

/** Failing targets that the table shows at most. */
const SHOWN_TARGETS = 50;

/**
 * The report as text that ends with a line end.
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
export async function renderReach(
  report: ReachReport,
  { format, by, style }: ReachRenderOptions,
): Promise<string> {
  if (format === "json") return `${safeJson(report, 2)}\n`;
  return drawReport(style, (drawing) => {
    const [first, ...rest] = reachParts(report, by, drawing);
    const head = headOf(report, drawing);
    // The note on directions belongs to the capture.
    return report.directions === "one" ? [[...head, ...first], ...rest] : [head, first, ...rest];
  });
}

function headOf({ capture }: ReachReport, { style, measure, colors }: Drawing): string[] {
  const width = widthOf(style);
  const names = capture.sources.map(({ name }) => (name === "-" ? "standard input" : name));
  const title = names.length === 1 ? names[0] : `${formatCount(names.length)} captures`;
  const counts = [countText(capture.packets, "packet"), formatBytes(capture.bytes)];
  if (capture.start !== null) counts.push(formatDuration(capture.durationSeconds));
  return [
    ...wrapText(title, width, measure).map(colors.bold),
    ...wrapText(counts.join(", "), width, measure),
  ];
}

function directionLines({ directions }: ReachReport, { style, measure, colors }: Drawing): string[] {
  if (directions !== "one") return [];
  const note =
    "This capture has packets of one direction only (an asymmetric route, or half a tap): what lacks an answer here may well have had one.";
  return wrapText(note, widthOf(style), measure).map(colors.yellow);
}

function productLines(products: readonly ReachProduct[], drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  if (products.length === 0) {
    return wrapText(
      "No service of Apple's was tried in this capture, which proves nothing.",
      widthOf(style),
      measure,
    );
  }
  const table = layoutTable(
    [
      { header: "PRODUCT", align: "left", shrinksTo: 16 },
      { header: "VERDICT", align: "left" },
      { header: "WORKED", align: "right" },
      { header: "FAMILY", align: "left", expendable: 1 },
    ],
    products.map(({ product, verdict, possible, attempts, family }) => [
      { text: product },
      {
        text: verdictText(verdict) + (possible ? ", perhaps" : ""),
        paint: paintOf(verdict, drawing),
      },
      { text: workedText(attempts.own, attempts.shared) },
      { text: family, paint: colors.dim },
    ]),
    style,
    measure,
    { header: colors.bold },
  );
  const [header, ...rows] = table;
  return [header, ...rows.flatMap((line, i) => [line, ...meaningLines(products[i], drawing)])];
}

/** What a user notices, under the product's line. */
function meaningLines({ meaning }: ReachProduct, { style, measure }: Drawing): string[] {
  return meaning === null ? [] : wrapText(`  ${meaning}`, widthOf(style), measure, "  ");
}

function rowLines(rows: readonly ReachRow[], drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  return layoutTable(
    [
      { header: "PORT", align: "left" },
      { header: "TRANSPORT", align: "left" },
      { header: "COVERAGE", align: "left" },
      { header: "VERDICT", align: "left" },
      { header: "WORKED", align: "right" },
      { header: "SERVICE", align: "left", shrinksTo: 8 },
    ],
    rows.map(({ port, transport, coverage, verdict, attempts, otherAttempts, serviceName }) => {
      const paint = paintOf(verdict, drawing);
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

function failureLines(targets: readonly ReachTarget[], drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const failing = targets.filter(({ verdict }) => isFailure(verdict));
  if (failing.length === 0) return [];
  const width = widthOf(style);
  const lines = failing.slice(0, SHOWN_TARGETS).flatMap((target) => {
    const { transport, name, client, products, verdict } = target;
    const to = `${transport} ${endText(target)}${name === null ? "" : ` ${name}`}`;
    const who = `from ${client}: ${seenText(target)}${products.length === 0 ? "" : ` (${products.join(", ")})`}`;
    return [
      ...wrapText(`${verdictText(verdict)}: ${to}`, width, measure, "  ").map(paintOf(verdict, drawing)),
      ...wrapText(`  ${who}`, width, measure, "  "),
    ];
  });
  const more = failing.length - SHOWN_TARGETS;
  if (more > 0) lines.push(`and ${formatCount(more)} more, all of which --format json has`);
  return [colors.bold("WHAT DOES NOT WORK"), ...lines];
}

const REFUSALS = {
  nxdomain: "no such name (NXDOMAIN)",
  sinkhole: "an address of nobody",
  refused: "REFUSED",
  servfail: "SERVFAIL",
  "no-data": "no address",
  "no-answer": "no answer",
} as const;

function blockedLines({ blockedNames }: ReachReport, { style, measure, colors }: Drawing): string[] {
  if (blockedNames.length === 0) return [];
  const lines = blockedNames.flatMap(({ name, client, how, responses, products }) => {
    const whose = products.length === 0 ? "" : ` (${products.join(", ")})`;
    const text = `${name}: ${REFUSALS[how]}, ${countText(responses, "time")}, to ${client}${whose}`;
    return wrapText(text, widthOf(style), measure, "  ");
  });
  return [colors.bold("NAMES BLOCKED"), ...lines];
}

function unlistedLines({ unlisted }: ReachReport, { style, measure, colors }: Drawing): string[] {
  if (unlisted.length === 0) return [];
  const lines = unlisted.flatMap(({ transport, port, verdict, attempts, products }) => {
    const whose = products.length === 0 ? "a host of Apple's" : products.join(", ");
    const text = `${port}/${transport}: ${whose}, ${verdictText(verdict)} (${workedText(attempts)})`;
    return wrapText(text, widthOf(style), measure, "  ");
  });
  return [colors.bold("NOT ON APPLE'S LIST, BUT USED"), ...lines];
}

function footOf({ rows, dropped, directions }: ReachReport, { style, measure, colors }: Drawing): string[] {
  const count = (coverage: ReachRow["coverage"]) =>
    formatCount(rows.filter((row) => row.coverage === coverage).length);
  const unclear = directions === "one" || rows.some((row) => row.coverage === "unclear");
  const texts = [
    `Rows of the list: ${count("seen")} seen, ${count("failed")} failed, ${unclear ? `${count("unclear")} unclear, ` : ""}${count("not-seen")} not seen. What nobody tried is no proof: neither that it works, nor that it is blocked.`,
  ];
  if (dropped.targets > 0) texts.push(`${countText(dropped.targets, "attempt")} not told apart: too many.`);
  if (dropped.strayReports > 0) {
    texts.push(
      `${countText(dropped.strayReports, "ICMP message")} quoting no packet of the capture: not believed.`,
    );
  }
  return texts
    .flatMap((text) => wrapText(text, widthOf(style), measure, "  "))
    .map((line) => colors.dim(line));
}

function paintOf(verdict: ReachVerdict, { colors }: Drawing): Paint {
  if (isFailure(verdict)) return colors.red;
  if (verdict === "works") return colors.green;
  return verdict === "never-tried" ? colors.dim : colors.yellow;
}
