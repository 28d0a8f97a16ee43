/**
 * Totals over time as CSV: a line for each bucket and row. By group also `id`; beside what has a class, `others` is what there
 * was no room to tell apart, `not-decoded` what has no ports.
 */
import type { Series, SeriesBucket } from "../reports/series/series-report.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { deviceLabel } from "./device-words.ts";
import { type CsvRow, csvLine, headerLine } from "./render-csv.ts";
import { NO_ROOM, NOT_DECODED, seriesRows } from "./series-rows.ts";

const COLUMNS = {
  group: ["start", "id", "class", "products", "flows", "packets", "bytes"],
  product: ["start", "product", "class", "flows", "packets", "bytes"],
  family: ["start", "family", "class", "flows", "packets", "bytes"],
  device: ["start", "id", "name", "sent", "received"],
};

/** `top`: only so many groups, products, families or devices, those with most bytes. Ends with a line end. */
export function renderSeriesCsv(
  summary: Summary,
  series: Series,
  by: keyof typeof COLUMNS,
  top: number,
): string {
  const rows =
    by === "group"
      ? groupRows(summary, series, top)
      : by === "device"
        ? deviceRows(summary, series, top)
        : namedRows(summary, series, by, top);
  const columns = COLUMNS[by];
  return headerLine(columns) + rows.map((row) => csvLine(columns, row)).join("");
}

function groupRows({ groups }: Summary, { buckets }: Series, top: number): CsvRow[] {
  const shown = new Map(groups.slice(0, top).map((group) => [group.id, group]));
  return buckets.flatMap(({ start, groups: cells, others, notDecoded }) => [
    ...cells.flatMap(({ id, flows, packets, bytes }) => {
      const group = shown.get(id);
      if (group === undefined) return [];
      return [{ start, id, class: group.class, products: group.products.join(" | "), flows, packets, bytes }];
    }),
    ...(others === null ? [] : [{ start, class: OTHERS, ...others }]),
    ...notDecodedRows(start, notDecoded),
  ]);
}

function namedRows(summary: Summary, series: Series, by: "product" | "family", top: number): CsvRow[] {
  const rows = seriesRows(summary, series, by);
  const named = rows.filter(({ isNamed }) => isNamed).slice(0, top);
  const shown = [...named, ...rows.filter(({ isNamed }) => !isNamed)];
  return series.buckets.flatMap(({ start }, place) =>
    shown.flatMap(({ name, class: flowClass, isNamed, moved }) => {
      const sum = moved.get(place);
      if (sum === undefined) return [];
      return [{ start, [by]: isNamed ? name : null, class: flowClass ?? REST.get(name) ?? null, ...sum }];
    }),
  );
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

function deviceRows({ devices }: Summary, { buckets }: Series, top: number): CsvRow[] {
  const names = new Map(devices.slice(0, top).map((device) => [device.id, deviceLabel(device)]));
  return buckets.flatMap(({ start, devices: ends, outside, otherDevices }) => [
    ...ends.flatMap(({ id, sent, received }) => {
      const name = names.get(id);
      return name === undefined ? [] : [{ start, id, name, sent, received }];
    }),
    ...(outside === null ? [] : [{ start, id: "outside", ...outside }]),
    ...(otherDevices === null ? [] : [{ start, id: OTHERS, ...otherDevices }]),
  ]);
}
