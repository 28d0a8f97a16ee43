/**
 * Totals over time as CSV: a line for each bucket and row. By group also `id`; with a class, `others` is what exceeded the
 * limit, `not-decoded` what has no ports.
 */
import type { Series, SeriesBucket } from "../reports/series/series-report.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { deviceLabel } from "./device-words.ts";
import { type CsvRow, csvLine, headerLine } from "./render-csv.ts";
import { Pieces, type WritePiece } from "./render-pieces.ts";
import { NO_ROOM, NOT_DECODED, seriesRows } from "./series-rows.ts";

const COLUMNS = {
  group: ["start", "id", "class", "products", "flows", "packets", "bytes"],
  product: ["start", "product", "class", "flows", "packets", "bytes"],
  family: ["start", "family", "class", "flows", "packets", "bytes"],
  device: ["start", "id", "name", "sent", "received"],
};

/** Writes the rows; `top`: maximum number of groups, products, families or devices, those with the most bytes. */
export function writeSeriesCsv(
  summary: Summary,
  series: Series,
  by: keyof typeof COLUMNS,
  top: number,
  write: WritePiece,
): void {
  const columns = COLUMNS[by];
  const pieces = new Pieces(write);
  pieces.add(headerLine(columns));
  const rowsOf = rowsBy(summary, series, by, top);
  for (const [place, bucket] of series.buckets.entries()) {
    for (const row of rowsOf(bucket, place)) pieces.add(csvLine(columns, row));
  }
  pieces.flush();
}

/** The rows of a bucket, given its position in the series. */
type RowsOf = (bucket: SeriesBucket, place: number) => readonly CsvRow[];

function rowsBy(summary: Summary, series: Series, by: keyof typeof COLUMNS, top: number): RowsOf {
  if (by === "group") return groupRows(summary, top);
  return by === "device" ? deviceRows(summary, top) : namedRows(summary, series, by, top);
}

function groupRows({ groups }: Summary, top: number): RowsOf {
  const shown = new Map(groups.slice(0, top).map((group) => [group.id, group]));
  return ({ start, groups: cells, others, notDecoded }) => [
    ...cells.flatMap(({ id, flows, packets, bytes }) => {
      const group = shown.get(id);
      if (group === undefined) return [];
      return [{ start, id, class: group.class, products: group.products.join(" | "), flows, packets, bytes }];
    }),
    ...(others === null ? [] : [{ start, class: OTHERS, ...others }]),
    ...notDecodedRows(start, notDecoded),
  ];
}

function namedRows(summary: Summary, series: Series, by: "product" | "family", top: number): RowsOf {
  const rows = seriesRows(summary, series, by);
  const named = rows.filter(({ isNamed }) => isNamed).slice(0, top);
  const shown = [...named, ...rows.filter(({ isNamed }) => !isNamed)];
  return ({ start }, place) =>
    shown.flatMap(({ name, class: flowClass, isNamed, moved }) => {
      const sum = moved.get(place);
      if (sum === undefined) return [];
      return [{ start, [by]: isNamed ? name : null, class: flowClass ?? REST.get(name) ?? null, ...sum }];
    });
}

const OTHERS = "others";
const UNDECODED = "not-decoded";
const REST: ReadonlyMap<string, string> = new Map([
  [NO_ROOM, OTHERS],
  [NOT_DECODED, UNDECODED],
]);

function notDecodedRows(start: string | null, { packets, bytes }: SeriesBucket["notDecoded"]): CsvRow[] {
  return packets === 0 ? [] : [{ start, class: UNDECODED, flows: 0, packets, bytes }];
}

function deviceRows({ devices }: Summary, top: number): RowsOf {
  const names = new Map(devices.slice(0, top).map((device) => [device.id, deviceLabel(device)]));
  return ({ start, devices: ends, outside, otherDevices }) => [
    ...ends.flatMap(({ id, sent, received }) => {
      const name = names.get(id);
      return name === undefined ? [] : [{ start, id, name, sent, received }];
    }),
    ...(outside === null ? [] : [{ start, id: "outside", ...outside }]),
    ...(otherDevices === null ? [] : [{ start, id: OTHERS, ...otherDevices }]),
  ];
}
