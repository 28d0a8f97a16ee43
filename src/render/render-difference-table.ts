/** Differences as a table for people. */

import type {
  Change,
  ComparedCapture,
  ComparedGroup,
  GroupDifference,
  SummaryDifference,
} from "../reports/compare/summary-difference.ts";
import {
  type Cell,
  type Column,
  layoutTable,
  type Paint,
  type TableStyle,
  widthOf,
  wrapText,
} from "./render-columns.ts";
import { type Drawing, drawReport } from "./render-drawing.ts";
import { namelessText, portName } from "./render-groups.ts";
import { formatBytes, formatCount, formatDuration } from "./render-units.ts";

/** Ports that a report names at most. */
const MOST_PORTS = 20;

/** The report; ends with a line end. */
export function renderDifferenceTable(difference: SummaryDifference, style: TableStyle): Promise<string> {
  return drawReport(style, (drawing) => [
    headOf(difference, drawing),
    groupTable(difference, drawing),
    portTable(difference, drawing),
    reasonTable(difference, drawing),
  ]);
}

function headOf({ before, after }: SummaryDifference, drawing: Drawing): string[] {
  return [...captureLines("Before", before, drawing), ...captureLines("After ", after, drawing)];
}

function captureLines(side: string, capture: ComparedCapture, { style, measure, colors }: Drawing): string[] {
  const { packets, bytes, start, durationSeconds, complete } = capture;
  const name = capture.name === "-" ? "standard input" : capture.name;
  const time = start === null ? "no times" : `from ${start}, ${formatDuration(durationSeconds)}`;
  const counts = `${formatCount(packets)} packets, ${formatBytes(bytes)}, ${time}`;
  const width = widthOf(style);
  return [
    ...wrapText(`${side}  ${name}`, width, measure, "        ").map(colors.bold),
    ...wrapText(`        ${counts}`, width, measure, "        "),
    ...(complete ? [] : [colors.red("        not read to its end")]),
  ];
}

function groupTable({ rows, by, minChange }: SummaryDifference, drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const shown = rows.filter(({ change }) => change !== "unchanged");
  const unchanged = rows.length - shown.length;
  const plural =
    by === "product" ? (unchanged === 1 ? "product" : "products") : unchanged === 1 ? "family" : "families";
  const least = minChange === 0 ? "" : ` by ${formatPercent(minChange)} or more`;
  const note = `${formatCount(unchanged)} ${plural} not changed${least}.`;
  const lines = wrapText(note, widthOf(style), measure).map(colors.dim);
  if (shown.length === 0) return lines;
  const withVerdict = shown.some(({ verdict }) => verdict.isChanged);
  const columns: readonly DifferenceColumn[] = [
    {
      header: by.toUpperCase(),
      align: "left",
      shrinksTo: withVerdict ? 16 : 20,
      cellOf: ({ name }) => cell(name),
    },
    { header: "CHANGE", align: "left", cellOf: (row) => cell(changeText(row), paintOf(row.change, drawing)) },
    ...(withVerdict ? [VERDICT] : []),
    { header: "BEFORE", align: "right", cellOf: ({ before }) => cell(bytesText(before, drawing)) },
    { header: "AFTER", align: "right", cellOf: ({ after }) => cell(bytesText(after, drawing)) },
    {
      header: "DIFFERENCE",
      align: "right",
      expendable: 1,
      cellOf: (row) => cell(signed(row.bytesChange, formatBytes)),
    },
    {
      header: "OF BEFORE",
      align: "right",
      expendable: 2,
      cellOf: ({ bytesChangeRelative: part }) =>
        cell(part === null ? drawing.dash : signed(part, formatPercent)),
    },
    {
      header: "RANGE BEFORE",
      align: "right",
      expendable: 5,
      cellOf: ({ before }) => cell(rangeText(before, drawing)),
    },
    {
      header: "RANGE AFTER",
      align: "right",
      expendable: 4,
      cellOf: ({ after }) => cell(rangeText(after, drawing)),
    },
    ...(by === "product" ? [EVIDENCE] : []),
  ];
  const cells = shown.map((row) => columns.map(({ cellOf }) => cellOf(row)));
  const table = layoutTable(columns, cells, style, measure, { header: colors.bold });
  return unchanged === 0 ? table : [...table, ...lines];
}

interface DifferenceColumn extends Column {
  readonly cellOf: (row: GroupDifference) => Cell;
}

const VERDICT: DifferenceColumn = {
  header: "REACHED",
  align: "left",
  cellOf: ({ verdict: { before, after, isChanged } }) =>
    cell(isChanged ? `${before ?? "never-tried"} -> ${after}` : (after ?? "")),
};
const EVIDENCE: DifferenceColumn = {
  header: "EVIDENCE",
  align: "left",
  expendable: 3,
  cellOf: (row) => cell(evidenceText(row)),
};

/** A range nearly always changes with the bytes, and a verdict has a column: named where nothing else has changed. */
function changeText({ change, changed }: GroupDifference): string {
  if (change !== "changed") return change;
  const told = changed.filter((part) => part === "bytes" || part === "evidence");
  return (told.length > 0 ? told : changed).join(", ");
}

function bytesText(side: ComparedGroup | null, { dash }: Drawing): string {
  return side === null ? dash : formatBytes(side.bytes.estimate);
}

function rangeText(side: ComparedGroup | null, { dash }: Drawing): string {
  return side === null ? dash : `${formatBytes(side.bytes.sole)} ${dash} ${formatBytes(side.bytes.possible)}`;
}

function evidenceText({ before, after, changed }: GroupDifference): string {
  const [old, now] = [before, after].map((side) => side?.evidence.join(" ") ?? "");
  if (before === null) return now;
  return changed.includes("evidence") ? `${old} -> ${now}` : old;
}

function portTable({ ports }: SummaryDifference, drawing: Drawing): string[] {
  if (ports.length === 0) return [];
  const { style, measure, colors } = drawing;
  const more = ports.length - MOST_PORTS;
  const columns: readonly Column[] = [
    { header: "PORT", align: "left" },
    { header: "SERVICE", align: "left", shrinksTo: 12 },
    { header: "CHANGE", align: "left" },
    { header: "FLOWS", align: "right" },
    { header: "BYTES", align: "right" },
  ];
  const cells = ports
    .slice(0, MOST_PORTS)
    .map(({ transport, port, service, listed, change, flows, bytes }) => [
      cell(portName({ transport, port })),
      cell(service ?? namelessText({ port, listed })),
      cell(change, paintOf(change, drawing)),
      cell(formatCount(flows)),
      cell(formatBytes(bytes)),
    ]);
  return [
    ...layoutTable(columns, cells, style, measure, { header: colors.bold }),
    ...(more > 0 ? [colors.dim(`${formatCount(more)} more ports appeared or went.`)] : []),
  ];
}

function reasonTable({ unattributed }: SummaryDifference, drawing: Drawing): string[] {
  const shown = unattributed.filter(({ change }) => change !== "unchanged");
  if (shown.length === 0) return [];
  const { style, measure, colors } = drawing;
  const columns: readonly Column[] = [
    { header: "UNATTRIBUTED", align: "left" },
    { header: "CHANGE", align: "left" },
    { header: "BEFORE", align: "right" },
    { header: "AFTER", align: "right" },
    { header: "DIFFERENCE", align: "right" },
  ];
  const cells = shown.map(({ reason, change, before, after }) => [
    cell(reason),
    cell(change === "changed" ? "bytes" : change, paintOf(change, drawing)),
    cell(formatBytes(before.bytes)),
    cell(formatBytes(after.bytes)),
    cell(signed(after.bytes - before.bytes, formatBytes)),
  ]);
  return layoutTable(columns, cells, style, measure, { header: colors.bold });
}

function paintOf(change: Change, { colors }: Drawing): Paint | undefined {
  if (change === "appeared") return colors.green;
  return change === "gone" ? colors.red : undefined;
}

function cell(text: string, paint?: Paint): Cell {
  return paint === undefined ? { text } : { text, paint };
}

/** `+1.2 MB`, `-24.1%`, `0 B` */
function signed(number: number, format: (magnitude: number) => string): string {
  if (number === 0) return format(0);
  return `${number > 0 ? "+" : "-"}${format(Math.abs(number))}`;
}

/** `5%`, `0.5%`, `1,234.5%` */
function formatPercent(part: number): string {
  const percent = part * 100;
  if (percent > 0 && percent < 0.05) return "<0.1%";
  // Not all is not 100 %.
  const text = (percent < 100 ? Math.min(percent, 99.9) : percent).toFixed(1).replace(/\.0$/, "");
  return `${text.replace(/\B(?=(\d{3})+(\.|$))/g, ",")}%`;
}
