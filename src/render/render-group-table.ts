/** The rows of the report: one table for each grouping. */
import type { Evidence } from "../evidence/attribution/evidence.ts";
import type {
  FlowShare,
  HostSummary,
  ProductSummary,
  Share,
  Summary,
  Traffic,
} from "../reports/traffic/summary.ts";
import { type Cell, type Column, layoutTable, widthOf, wrapText } from "./render-columns.ts";
import type { Drawing } from "./render-drawing.ts";
import { type Group, namelessText, portName } from "./render-groups.ts";
import { formatBytes, formatCount, formatShare } from "./render-units.ts";

/** A row before it is drawn. `bytes` is what share and bar show. */
interface Row {
  readonly cells: readonly Cell[];
  readonly bytes: number;
  /** Rows that say what is in this one; they add nothing to it. */
  readonly parts?: readonly Row[];
}

const SHARE: Column = { header: "SHARE", align: "right", expendable: 2 };

/** The first `top` rows, a line for the others together, and what the marks mean. */
export function renderGroupTable(summary: Summary, group: Group, top: number, drawing: Drawing): string[] {
  if (group.rows.length === 0) return [emptyText(group.by)];
  const { columns, rows } = rowsOf(group, drawing);
  const shown = rows.slice(0, top).flatMap((row) => [row, ...(row.parts ?? [])]);
  const whole = summary.capture.bytes;
  const cells = shown.map((row) => [...row.cells, { text: formatShare(row.bytes, whole) }]);
  // Of the largest, not of the whole: shares of some percent could not be told apart.
  const largest = shown.reduce((most, { bytes }) => Math.max(most, bytes), 1);
  const parts: (number | null)[] = shown.map(({ bytes }) => bytes / largest);
  const others = rows.slice(top);
  if (others.length > 0) {
    cells.push(othersRow(columns, others, whole, drawing));
    parts.push(null);
  }
  const { style, measure, colors } = drawing;
  return [
    ...layoutTable([...columns, SHARE], cells, style, measure, {
      header: colors.bold,
      bars: { parts, paint: colors.cyan },
    }),
    ...legendOf(group, top, drawing),
  ];
}

/** Columns and rows of a grouping; the column with the bytes that add up is called ESTIMATE or BYTES. */
function rowsOf(group: Group, drawing: Drawing): { columns: readonly Column[]; rows: readonly Row[] } {
  switch (group.by) {
    case "product":
      return {
        columns: [...estimateColumns("PRODUCT"), { header: "EVIDENCE", align: "left", expendable: 3 }],
        rows: group.rows.map((row) => {
          const paint = row.kind === "generic" || row.retired !== null ? drawing.colors.dim : undefined;
          const name = { ...cell(row.product, paint), suffix: marksOf(row, drawing) };
          return estimateRow(name, row, drawing, [cell(evidenceOf(row))]);
        }),
      };
    case "family":
      return {
        columns: estimateColumns("FAMILY"),
        rows: group.rows.map((row) => estimateRow(cell(row.family), row, drawing, [])),
      };
    case "service":
      return {
        columns: [
          { header: "SERVICE", align: "left", shrinksTo: 14 },
          { header: "PORTS", align: "left", shrinksTo: 12, expendable: 3 },
          ...TRAFFIC_COLUMNS,
        ],
        rows: group.rows.map((row) =>
          trafficRow([cell(row.service ?? namelessText(row)), cell(row.ports.join(" "))], row),
        ),
      };
    case "port":
      return {
        columns: [
          { header: "PORT", align: "left" },
          { header: "SERVICE", align: "left", shrinksTo: 10 },
          ...TRAFFIC_COLUMNS,
        ],
        rows: group.rows.map((row) =>
          trafficRow([cell(portName(row)), cell(row.service ?? namelessText(row))], row),
        ),
      };
    case "host":
      return {
        columns: [{ header: "HOST", align: "left", shrinksTo: 24 }, ...TRAFFIC_COLUMNS],
        rows: group.rows.map((row) => ({
          ...trafficRow([cell(row.name === null ? row.address : `${row.address} ${row.name}`)], row),
          parts: domainRows(row, drawing),
        })),
      };
  }
}

/** Domains shown below a host at most. */
const MAX_DOMAINS_SHOWN = 5;

/** The domains with most of a host's traffic; none where no name was seen at all. */
function domainRows({ domains }: HostSummary, { colors }: Drawing): Row[] {
  if (domains.every(({ domain }) => domain === null)) return [];
  return domains
    .slice(0, MAX_DOMAINS_SHOWN)
    .map((row) => trafficRow([cell(`  ${row.domain ?? "(no name seen)"}`, colors.dim)], row));
}

const TRAFFIC_COLUMNS: readonly Column[] = [
  { header: "FLOWS", align: "right", expendable: 4 },
  { header: "PACKETS", align: "right", expendable: 5 },
  { header: "BYTES", align: "right" },
];

function trafficRow(names: readonly Cell[], { flows, packets, bytes }: Traffic): Row {
  const numbers = [formatCount(flows), formatCount(packets), formatBytes(bytes)].map((text) => ({ text }));
  return { cells: [...names, ...numbers], bytes };
}

function estimateColumns(header: string): Column[] {
  return [
    { header, align: "left", shrinksTo: 24 },
    { header: "ESTIMATE", align: "right" },
    { header: "SOLE TO POSSIBLE", align: "right", expendable: 1 },
    { header: "FLOWS", align: "right", expendable: 4 },
  ];
}

function estimateRow(
  name: Cell,
  { bytes, flows }: { bytes: Share; flows: FlowShare },
  { dash }: Drawing,
  more: readonly Cell[],
): Row {
  const flowText = rangeText(formatCount(flows.sole), formatCount(flows.possible), dash);
  const range = rangeText(formatBytes(bytes.sole), formatBytes(bytes.possible), dash);
  return {
    cells: [name, cell(formatBytes(bytes.estimate)), cell(range), cell(flowText), ...more],
    bytes: bytes.estimate,
  };
}

/** Both ends, or the one number that they are. */
function rangeText(low: string, high: string, dash: string): string {
  return low === high ? low : `${low} ${dash} ${high}`;
}

function othersRow(
  columns: readonly Column[],
  others: readonly Row[],
  whole: number,
  drawing: Drawing,
): Cell[] {
  const bytes = others.reduce((sum, row) => sum + row.bytes, 0);
  const { dim } = drawing.colors;
  const cells = columns.map(({ header }, i) => {
    if (i === 0) return cell(`${formatCount(others.length)} more`, dim);
    return cell(header === "ESTIMATE" || header === "BYTES" ? formatBytes(bytes) : "", dim);
  });
  return [...cells, cell(formatShare(bytes, whole), dim)];
}

/** The evidence behind most of the possible bytes; "+" where some have other evidence. */
export function evidenceOf({ bytesByEvidence }: ProductSummary): string {
  const grades = (Object.entries(bytesByEvidence) as [Evidence, number][]).filter(([, bytes]) => bytes > 0);
  const [first, ...others] = grades.sort(([, a], [, b]) => b - a);
  if (first === undefined) return "";
  return others.length > 0 ? `${first[0]} +` : first[0];
}

const GENERIC_MARK = "*";

function retiredMark({ style }: Drawing): string {
  return style.ascii ? "~" : "†";
}

function marksOf(row: ProductSummary, drawing: Drawing): string {
  const marks =
    (row.kind === "generic" ? GENERIC_MARK : "") + (row.retired === null ? "" : retiredMark(drawing));
  return marks === "" ? "" : ` ${marks}`;
}

function legendOf(group: Group, top: number, drawing: Drawing): string[] {
  if (group.by !== "product") return [];
  const shown: readonly ProductSummary[] = group.rows.slice(0, top);
  const marks: string[] = [];
  if (shown.some(({ kind }) => kind === "generic")) marks.push(`${GENERIC_MARK} software of any vendor`);
  if (shown.some(({ retired }) => retired !== null)) marks.push(`${retiredMark(drawing)} product has ended`);
  if (marks.length === 0) return [];
  return wrapText(marks.join("   "), widthOf(drawing.style), drawing.measure).map(drawing.colors.dim);
}

function emptyText(by: Group["by"]): string {
  if (by === "product" || by === "family") return "No traffic on a port for which the list names a product.";
  return "No TCP or UDP traffic was decoded.";
}

function cell(text: string, paint?: Cell["paint"]): Cell {
  return paint === undefined ? { text } : { text, paint };
}
