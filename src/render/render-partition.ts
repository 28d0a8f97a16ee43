/** Tables of `--by`: every decoded byte is in one row, with how it is known. */
import type { PortSummary, ServerSummary, Summary, Traffic } from "../reports/traffic/summary.ts";
import { CLASS_WORDS } from "./class-words.ts";
import { type NamedRow, namedRows } from "./named-rows.ts";
import { type Cell, type Column, layoutTable, type TableStyle } from "./render-columns.ts";
import { type Drawing, drawReport } from "./render-drawing.ts";
import { type Grouping, groupOf, namelessText, portName } from "./render-groups.ts";
import { notesOf, reasonLines } from "./render-notes.ts";
import { headOf } from "./render-report.ts";
import { formatBytes, formatCount, formatShare } from "./render-units.ts";

/** The grouping of a partition. */
export type PartitionGrouping = Exclude<Grouping, "group" | "device" | "subnet" | "vlan">;

/** A row before it is drawn. */
interface Row {
  readonly cells: readonly Cell[];
  readonly bytes: number;
}

const SHARE: Column = { header: "SHARE", align: "right", expendable: 2 };
const BYTES: Column = { header: "BYTES", align: "right" };
const FLOWS: Column = { header: "FLOWS", align: "right", expendable: 3 };
const KNOWN: Column = { header: "KNOWN AS", align: "left", shrinksTo: 10 };
const BY: Column = { header: "BY", align: "left", shrinksTo: 10 };

/** A summary partitioned by a grouping other than class; ends with a line end. */
export function renderPartition(
  summary: Summary,
  by: PartitionGrouping,
  top: number,
  style: TableStyle,
): Promise<string> {
  return drawReport(style, (drawing) => [
    headOf(summary, drawing),
    tableLines(summary, by, top, drawing),
    [...notesOf(summary, drawing), ...reasonLines(summary, "Not decoded because", drawing)],
  ]);
}

function tableLines(summary: Summary, by: PartitionGrouping, top: number, drawing: Drawing): string[] {
  const { columns, rows } = rowsOf(summary, by);
  if (rows.length === 0) return ["No TCP or UDP traffic was decoded."];
  const whole = summary.capture.bytes;
  const shown = rows.slice(0, top);
  const cells = shown.map((row) => [...row.cells, { text: formatShare(row.bytes, whole) }]);
  // Relative to the largest, not to the whole: shares of some percent would look alike.
  const largest = shown.reduce((most, { bytes }) => Math.max(most, bytes), 1);
  const parts: (number | null)[] = shown.map(({ bytes }) => bytes / largest);
  const others = rows.slice(top);
  if (others.length > 0) {
    cells.push(othersRow(columns, others, whole, drawing));
    parts.push(null);
  }
  const { style, measure, colors } = drawing;
  return layoutTable([...columns, SHARE], cells, style, measure, {
    header: colors.bold,
    bars: { parts, paint: colors.cyan },
  });
}

function rowsOf(
  summary: Summary,
  by: PartitionGrouping,
): { columns: readonly Column[]; rows: readonly Row[] } {
  if (by === "product" || by === "family") {
    return {
      columns: [nameColumn(by), BYTES, FLOWS, { ...KNOWN, expendable: 1 }, BY],
      rows: namedRows(summary, by).map((row) => namedRow(row)),
    };
  }
  const group = groupOf(summary, by);
  switch (group.by) {
    case "service":
      return {
        columns: [nameColumn(by), BYTES, FLOWS, KNOWN],
        rows: group.rows.map((row) => trafficRow(row.service, row, CLASS_WORDS[row.class])),
      };
    case "port":
      return {
        columns: [
          { header: "PORT", align: "left" },
          { header: "SERVICE", align: "left", shrinksTo: 10, expendable: 1 },
          BYTES,
          FLOWS,
          KNOWN,
        ],
        rows: group.rows.map(portRow),
      };
    case "protocol":
      return {
        columns: [nameColumn(by), BYTES, FLOWS, KNOWN],
        rows: group.rows.map((row) =>
          trafficRow(row.protocol ?? "(not recognised)", row, CLASS_WORDS[row.class]),
        ),
      };
    case "name":
      return {
        columns: [nameColumn(by), BYTES, KNOWN],
        rows: group.rows.map(({ name, class: flowClass, bytes }) => ({
          cells: [name ?? "(no name seen)", formatBytes(bytes), CLASS_WORDS[flowClass]].map(cell),
          bytes,
        })),
      };
    case "server":
      return {
        columns: [
          { ...nameColumn(by), shrinksTo: 28 },
          { header: "ADDRESS", align: "left", shrinksTo: 15 },
          BYTES,
          FLOWS,
          { ...KNOWN, expendable: 1 },
        ],
        rows: group.rows.map(serverRow),
      };
    default:
      return { columns: [], rows: [] };
  }
}

function nameColumn(by: Grouping): Column {
  return { header: by.toUpperCase(), align: "left", shrinksTo: 16 };
}

function namedRow({ name, class: flowClass, how, ...traffic }: NamedRow): Row {
  const { cells, bytes } = trafficRow(name, traffic, CLASS_WORDS[flowClass]);
  return { cells: [...cells, cell(how)], bytes };
}

function portRow(row: PortSummary): Row {
  const { cells, bytes } = trafficRow(row.service ?? namelessText(row), row, classesText(row));
  return { cells: [cell(portName(row)), ...cells], bytes };
}

function serverRow(row: ServerSummary): Row {
  const { cells, bytes } = trafficRow(row.server ?? "", row, CLASS_WORDS[row.class]);
  return { cells: [cell(serverText(row)), ...cells], bytes };
}

/** The name with the most bytes, else its own name. */
function serverText({ server, device, names: [first, ...others] }: ServerSummary): string {
  if (server === null) return "(side unknown, or no room)";
  if (first === undefined) return device ?? "(no name seen)";
  return others.length > 0 ? `${first.name} and ${formatCount(others.length)} more` : first.name;
}

/** The class of most of a port's bytes; "+" if others have some. */
function classesText({ classes: [first, ...others] }: PortSummary): string {
  return others.length > 0 ? `${CLASS_WORDS[first]} +` : CLASS_WORDS[first];
}

function trafficRow(name: string, { flows, bytes }: Traffic, known: string | null): Row {
  const cells = [name, formatBytes(bytes), formatCount(flows), ...(known === null ? [] : [known])];
  return { cells: cells.map((text) => cell(text)), bytes };
}

function othersRow(
  columns: readonly Column[],
  others: readonly Row[],
  whole: number,
  { colors: { dim } }: Drawing,
): Cell[] {
  const bytes = others.reduce((sum, row) => sum + row.bytes, 0);
  const cells = columns.map((column, i) => {
    if (i === 0) return { text: `${formatCount(others.length)} more`, paint: dim };
    return { text: column === BYTES ? formatBytes(bytes) : "", paint: dim };
  });
  return [...cells, { text: formatShare(bytes, whole), paint: dim }];
}

function cell(text: string): Cell {
  return { text };
}
