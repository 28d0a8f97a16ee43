/** Differences as a table for people: what stopped, is new or gone, changed in amount, or is known by other evidence. */

import type { GroupDifference } from "../reports/compare/group-difference.ts";
import type { ComparedCapture, SummaryDifference } from "../reports/compare/summary-difference.ts";
import {
  type Cell,
  type Column,
  layoutTable,
  type Paint,
  type TableStyle,
  widthOf,
  wrapText,
} from "./render-columns.ts";
import {
  bytesText,
  CHANGE_LABELS,
  type ChangeLabel,
  evidenceText,
  formatPercent,
  isFailing,
  isLarge,
  isMarked,
  labelOf,
  signed,
  whatText,
} from "./render-difference-words.ts";
import { type Drawing, drawReport } from "./render-drawing.ts";
import { namelessText, portName } from "./render-groups.ts";
import { formatBytes, formatCount, formatDuration } from "./render-units.ts";

/** Minimum width of a name. */
const LEAST_NAME = 12;

/** Contents of the table: `all` includes small changes, unchanged and merely possible rows, and ports. */
interface Shown {
  readonly all?: boolean;
  readonly top?: number;
}

/** The report; ends with a line end. */
export function renderDifferenceTable(
  difference: SummaryDifference,
  style: TableStyle,
  { all = false, top = Number.POSITIVE_INFINITY }: Shown,
): Promise<string> {
  return drawReport(style, (drawing) => [
    headOf(difference, drawing),
    groupTable(difference, drawing, { all, top }),
    all ? possibleTable(difference, drawing) : [],
    classTable(difference, drawing, all),
    all ? portTable(difference, drawing) : portLine(difference, drawing),
  ]);
}

function headOf({ before, after }: SummaryDifference, { style, measure, colors }: Drawing): string[] {
  const [one, other] = [before, after].map(({ name }) => (name === "-" ? "standard input" : name));
  const lines = (side: string, capture: ComparedCapture) => {
    const { packets, bytes, start, durationSeconds, complete } = capture;
    const time = start === null ? "no times" : `from ${start}, ${formatDuration(durationSeconds)}`;
    const counts = `${side}${formatCount(packets)} ${packets === 1 ? "packet" : "packets"}, ${formatBytes(bytes)}, ${time}`;
    return [
      ...wrapText(counts, widthOf(style), measure, "        "),
      ...(complete ? [] : [colors.red("        not read to its end")]),
    ];
  };
  return [
    ...wrapText(`${one} -> ${other}`, widthOf(style), measure, "  ").map(colors.bold),
    ...lines("before  ", before),
    ...lines("after   ", after),
  ];
}

function groupTable(
  difference: SummaryDifference,
  drawing: Drawing,
  { all, top }: Required<Shown>,
): string[] {
  const { style, measure, colors } = drawing;
  const labelled = difference.rows
    .filter((row) => !row.onlyPossible)
    .map((row) => ({ row, label: labelOf(row) }))
    // Rows of one label stay in order of bytes.
    .sort((a, b) => CHANGE_LABELS.indexOf(a.label) - CHANGE_LABELS.indexOf(b.label));
  const wanted = labelled.filter(({ label }) => all || isLarge(label));
  const rows = wanted.slice(0, top);
  const more = wanted.length - rows.length;
  const rest = [
    ...(more === 0 ? [] : [`${formatCount(more)} more changed, beyond --top.`]),
    ...(all && difference.rows.length > 0 ? [] : restText(difference, labelled)),
  ];
  const note = rest.flatMap((line) => wrapText(line, widthOf(style), measure).map(colors.dim));
  if (rows.length === 0) return note;
  const hasVerdict = rows.some(({ row }) => row.verdict.isChanged);
  const columns: readonly Column[] = [
    { header: "CHANGE", align: "left" },
    { header: difference.by.toUpperCase(), align: "left", shrinksTo: LEAST_NAME },
    { header: "WHAT", align: "left", expendable: 1 },
    ...(hasVerdict ? [{ header: "BYTES", align: "left", expendable: 2 } as const] : []),
    ...(difference.by === "product" ? [{ header: "BY", align: "left", shrinksTo: 8 } as const] : []),
  ];
  const cells = rows.map(({ row, label }) => [
    cell(label, paintOf(label, drawing)),
    cell(row.name),
    cell(whatText(row, label)),
    ...(hasVerdict ? [cell(bytesText(row))] : []),
    ...(difference.by === "product" ? [evidenceCell(row)] : []),
  ]);
  return [
    ...layoutTable(columns, cells, style, measure, { header: colors.bold }),
    ...(difference.by === "product" && rows.some(({ row }) => isMarked(row))
      ? wrapText("* named together with other products: one of them", widthOf(style), measure).map(colors.dim)
      : []),
    ...note,
  ];
}

/** "12 products as before, 3 changed less, 43 only possible. --all shows them."; none if all rows are shown. */
function restText(
  { rows, by, minChange }: SummaryDifference,
  labelled: readonly { readonly label: ChangeLabel }[],
): string[] {
  if (rows.length === 0) return [`No ${by} on either side.`];
  const asBefore = labelled.filter(({ label }) => label === "AS BEFORE").length;
  const small = labelled.filter(({ label }) => label !== "AS BEFORE" && !isLarge(label)).length;
  const possible = rows.length - labelled.length;
  const least = minChange === 0 ? "" : ` or changed by less than ${formatPercent(minChange)}`;
  const counts = [
    [asBefore, `as before${least}`],
    [small, "with small changes"],
    [possible, "only possible"],
  ] as const;
  const parts = counts.filter(([count]) => count > 0);
  if (parts.length === 0) return [];
  const words = parts.map(([count, what], i) => {
    const noun = i > 0 ? "" : ` ${count === 1 ? by : PLURALS[by]}`;
    return `${formatCount(count)}${noun} ${what}`;
  });
  return [`${words.join(", ")}. --all shows them.`];
}

const PLURALS = { product: "products", family: "families" } as const;

function possibleTable({ rows, by }: SummaryDifference, drawing: Drawing): string[] {
  const shown = rows.filter(({ onlyPossible }) => onlyPossible);
  if (shown.length === 0) return [];
  const bytes = (side: GroupDifference["before"]) => side?.possible.bytes ?? 0;
  const title = "ONLY POSSIBLE: A PORT ALLOWS THESE, WITHOUT EVIDENCE";
  return [
    ...wrapText(title, widthOf(drawing.style), drawing.measure).map(drawing.colors.bold),
    ...amountTable(
      by.toUpperCase(),
      shown.map(({ name, before, after }) => ({ name, before: bytes(before), after: bytes(after) })),
      drawing,
    ),
  ];
}

function classTable({ classes }: SummaryDifference, drawing: Drawing, all: boolean): string[] {
  const shown = classes.filter(({ change }) => all || change !== "unchanged");
  if (shown.length === 0) return [];
  return amountTable(
    "CLASS",
    shown.map(({ class: name, before, after }) => ({ name, before: before.bytes, after: after.bytes })),
    drawing,
  );
}

function amountTable(
  header: string,
  rows: readonly { readonly name: string; readonly before: number; readonly after: number }[],
  { style, measure, colors }: Drawing,
): string[] {
  const columns: readonly Column[] = [
    { header, align: "left", shrinksTo: LEAST_NAME },
    { header: "BEFORE", align: "right" },
    { header: "AFTER", align: "right" },
    { header: "DIFFERENCE", align: "right", expendable: 1 },
  ];
  const cells = rows.map(({ name, before, after }) => [
    cell(name),
    cell(formatBytes(before)),
    cell(formatBytes(after)),
    cell(signed(after - before, formatBytes)),
  ]);
  return layoutTable(columns, cells, style, measure, { header: colors.bold });
}

/** "Ports: 5 new, 3 gone. --all names them." */
function portLine({ ports }: SummaryDifference, { style, measure, colors }: Drawing): string[] {
  if (ports.length === 0) return [];
  const gone = ports.filter(({ change }) => change === "gone").length;
  const counts = [
    [ports.length - gone, "new"],
    [gone, "gone"],
  ] as const;
  const parts = counts.flatMap(([count, word]) => (count === 0 ? [] : [`${formatCount(count)} ${word}`]));
  return wrapText(`Ports: ${parts.join(", ")}. --all names them.`, widthOf(style), measure).map(colors.dim);
}

function portTable({ ports }: SummaryDifference, drawing: Drawing): string[] {
  if (ports.length === 0) return [];
  const { style, measure, colors } = drawing;
  const columns: readonly Column[] = [
    { header: "PORT", align: "left" },
    { header: "SERVICE", align: "left", shrinksTo: 12 },
    { header: "CHANGE", align: "left" },
    { header: "FLOWS", align: "right" },
    { header: "BYTES", align: "right" },
  ];
  const cells = ports.map(({ transport, port, service, listed, change, flows, bytes }) => [
    cell(portName({ transport, port })),
    cell(service ?? namelessText({ port, listed })),
    cell(change, change === "gone" ? colors.red : colors.green),
    cell(formatCount(flows)),
    cell(formatBytes(bytes)),
  ]);
  return layoutTable(columns, cells, style, measure, { header: colors.bold });
}

/** The mark is kept when the text is shortened. */
function evidenceCell(row: GroupDifference): Cell {
  const text = evidenceText(row);
  return text.endsWith("*") ? { text: text.slice(0, -1), suffix: "*" } : { text };
}

/** Red for failures only. */
function paintOf(label: ChangeLabel, { colors }: Drawing): Paint | undefined {
  if (isFailing(label)) return colors.red;
  return label === "WORKS AGAIN" ? colors.green : undefined;
}

function cell(text: string, paint?: Paint): Cell {
  return paint === undefined ? { text } : { text, paint };
}
