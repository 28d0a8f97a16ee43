/** The result of a history query as text: a table with bars for people, JSON and CSV for programs. */
import type {
  HistoryAnswer,
  HistoryGrouping,
  HistoryQuestion,
  HistoryTraffic,
} from "../reports/history/history-report.ts";
import { type HistoryRow, historyRows } from "./history-rows.ts";
import { sidesText } from "./history-sides.ts";
import { drawLevels } from "./levels.ts";
import { type Cell, layoutTable, type TableStyle, widthOf, wrapText } from "./render-columns.ts";
import { csvLine, headerLine } from "./render-csv.ts";
import { type Drawing, drawReport } from "./render-drawing.ts";
import { writeJsonDocument } from "./render-json-document.ts";
import { Pieces, type WritePiece } from "./render-pieces.ts";
import { formatBytes, formatCount, formatDuration } from "./render-units.ts";

/** The formats of a history. */
export const HISTORY_FORMATS = ["table", "json", "csv"] as const;
/** One of `HISTORY_FORMATS`. */
export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

/** Name and version of the JSON form. */
const HISTORY_SCHEMA = "appleflow/history@1";
/** Default number of rows. */
const ROWS = 20;
/** Columns beside the bars, and the minimum and maximum number of bars. */
const BESIDE = 56;
const LEAST_BARS = 12;
const MOST_BARS = 60;

/** Options of {@link writeHistory}. */
export interface HistoryRenderOptions {
  readonly format: HistoryFormat;
  /** Number of rows of a table; also of the other formats, if given. */
  readonly top?: number;
  readonly style: TableStyle;
}

/** Writes a result in pieces; ends with a line end. */
export async function writeHistory(
  answer: HistoryAnswer,
  { format, top, style }: HistoryRenderOptions,
  write: WritePiece,
): Promise<void> {
  const rows = historyRows(answer);
  if (format === "table") {
    write(await drawReport(style, (drawing) => [tableLines(answer, shorten(rows, top ?? ROWS), drawing)]));
    return;
  }
  const shown = rows.slice(0, top ?? rows.length);
  if (format === "csv") writeCsv(answer, shown, write);
  else writeJsonDocument(documentOf(answer, shown), write);
}

function documentOf(
  { question, everySeconds, start, end, sensors }: HistoryAnswer,
  rows: readonly HistoryRow[],
) {
  return {
    schema: HISTORY_SCHEMA,
    by: question.by,
    device: question.device,
    product: question.product,
    sensor: question.sensor,
    everySeconds,
    start: timeText(start),
    end: timeText(end),
    sensors,
    rows: rows.map(({ name, class: rowClass, deviceId, isNamed, buckets, ...moved }) => ({
      name,
      named: isNamed,
      ...keyOf(question.by, deviceId, rowClass),
      ...traffic(moved),
      buckets: buckets.map((bucket) => ({ start: timeText(bucket.start), ...traffic(bucket) })),
    })),
  };
}

/** What distinguishes rows besides their names. */
function keyOf(by: HistoryGrouping, deviceId: HistoryRow["deviceId"], rowClass: HistoryRow["class"]) {
  if (by === "device") return { deviceId };
  return by === "sensor" ? {} : { class: rowClass };
}

function traffic({ bytes, sent, received, packets, flows, retoldBytes }: HistoryTraffic): HistoryTraffic {
  return { bytes, sent, received, packets, flows, retoldBytes };
}

function timeText(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().replace(".000", "");
}

const AMOUNTS = ["bytes", "sent", "received", "packets", "flows"] as const;

function writeCsv({ question }: HistoryAnswer, rows: readonly HistoryRow[], write: WritePiece): void {
  const { by } = question;
  const keys = by === "device" ? ["id", "name"] : by === "sensor" ? [by] : [by, "class"];
  const columns = ["start", ...keys, ...AMOUNTS, "retold_bytes"];
  const pieces = new Pieces(write);
  pieces.add(headerLine(columns));
  for (const { name, class: rowClass, deviceId, buckets } of rows) {
    for (const { start, retoldBytes, ...moved } of buckets) {
      const key = by === "device" ? { id: deviceId, name } : { [by]: name, class: rowClass };
      pieces.add(csvLine(columns, { start: timeText(start), ...key, ...moved, retold_bytes: retoldBytes }));
    }
  }
  pieces.flush();
}

function tableLines(answer: HistoryAnswer, rows: readonly HistoryRow[], drawing: Drawing): string[] {
  const { style, measure, colors } = drawing;
  const { question, everySeconds, start, end } = answer;
  if (start === null || end === null) return wrapText(nothingText(question), widthOf(style), measure);
  const first = start - (start % everySeconds);
  const room = Math.min(MOST_BARS, Math.max(LEAST_BARS, widthOf(style) - BESIDE));
  const perBar = Math.ceil((end - first) / everySeconds / room);
  const scale = {
    first,
    bars: Math.ceil((end - first) / everySeconds / perBar),
    seconds: perBar * everySeconds,
  };
  const cells = rows.map((row): Cell[] => {
    const paint = row.isNamed ? {} : { paint: colors.dim };
    return [
      { text: row.name, ...paint },
      { text: formatBytes(row.bytes), ...paint },
      { text: formatBytes(row.sent), ...paint },
      { text: formatBytes(row.received), ...paint },
      { text: drawLevels(barsOf(row, scale), style.ascii), paint: colors.cyan },
    ];
  });
  const barText = `A bar is ${formatDuration(scale.seconds)}, from ${timeText(first)} to ${timeText(end)}`;
  return [
    ...layoutTable(
      [
        { header: question.by.toUpperCase(), align: "left", shrinksTo: 16 },
        { header: "BYTES", align: "right", expendable: 1 },
        { header: "SENT", align: "right", expendable: 3 },
        { header: "RECEIVED", align: "right", expendable: 2 },
        { header: "", align: "left" },
      ],
      cells,
      style,
      measure,
      { header: colors.bold },
    ),
    ...wrapText(`${barText}. ${sensorText(answer)}`, widthOf(style), measure).map(colors.dim),
    ...wrapText(`Sent and received: ${sidesText(question)}`, widthOf(style), measure).map(colors.dim),
    ...retoldLines(rows, drawing),
  ];
}

/** "The history has no traffic of FaceTime from 2026-11-30T00:00:00Z on." */
function nothingText({ device, product, sensor, from, to }: HistoryQuestion): string {
  const whose = [product, device].flatMap((name) => (name === null ? [] : [` of ${name}`])).join("");
  const by = sensor === null ? "" : ` by sensor ${sensor}`;
  const since = from === null ? "" : ` from ${timeText(from)}${to === null ? " on" : ""}`;
  const until = to === null ? "" : `${from === null ? " before" : " to"} ${timeText(to)}`;
  return `The history has no traffic${whose}${by}${since}${until}.`;
}

/** Bytes of each bar. */
function barsOf(
  { buckets }: HistoryRow,
  { first, bars, seconds }: { readonly first: number; readonly bars: number; readonly seconds: number },
): number[] {
  const sums = new Array<number>(bars).fill(0);
  for (const { start, bytes } of buckets) sums[Math.floor((start - first) / seconds)] += bytes;
  return sums;
}

function sensorText({ sensors }: HistoryAnswer): string {
  return sensors.length === 1 ? `Sensor: ${sensors[0]}.` : `${formatCount(sensors.length)} sensors.`;
}

function retoldLines(rows: readonly HistoryRow[], { style, measure, colors }: Drawing): string[] {
  const bytes = rows.reduce((sum, { retoldBytes }) => sum + retoldBytes, 0);
  if (bytes === 0) return [];
  const text = `${formatBytes(bytes)} were counted while their flows were live, and later evidence attributes them to something else.`;
  return wrapText(text, widthOf(style), measure).map(colors.dim);
}

/** The rows shown; the other named ones are merged into one. */
function shorten(rows: readonly HistoryRow[], most: number): HistoryRow[] {
  const named = rows.filter(({ isNamed }) => isNamed);
  if (named.length <= most + 1) return [...rows];
  const rest = named.slice(most);
  const sum = (amount: keyof HistoryTraffic) => rest.reduce((total, row) => total + row[amount], 0);
  const more: HistoryRow = {
    name: `(${formatCount(rest.length)} more)`,
    class: null,
    deviceId: null,
    product: null,
    isNamed: false,
    bytes: sum("bytes"),
    sent: sum("sent"),
    received: sum("received"),
    packets: sum("packets"),
    flows: sum("flows"),
    retoldBytes: sum("retoldBytes"),
    buckets: rest.flatMap(({ buckets }) => buckets),
  };
  return [...named.slice(0, most), more, ...rows.filter(({ isNamed }) => !isNamed)];
}
