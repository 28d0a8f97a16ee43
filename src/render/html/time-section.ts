/** Traffic over time: stacked areas by family, striped if known by port alone, and their data as a table. */
import type { FlowClass } from "../../evidence/attribution/evidence.ts";
import type { Series } from "../../reports/series/series-report.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import { plainName } from "../named-rows.ts";
import { formatDuration } from "../render-units.ts";
import { NOT_DECODED, type SeriesRow, seriesRows } from "../series-rows.ts";
import { bytesAmount } from "./amounts.ts";
import { areaChart, legend } from "./area-chart.ts";
import { HATCHED, swatch } from "./bars.ts";
import { html, type Markup, named } from "./markup.ts";
import { table } from "./table.ts";
import { columnBytes, columnTime, type TimeColumns, timeColumns } from "./time-columns.ts";

/** Families with a colour of their own; the others share one. */
const MOST_FAMILIES = 6;
const OTHER_FAMILIES = "f7";

const CLASS_FILLS: Readonly<Record<FlowClass, string>> = {
  identified: OTHER_FAMILIES,
  apple: "c-apple",
  other: "c-other",
  listed: HATCHED,
  range: HATCHED,
  unlisted: "c-none",
};

/** Bytes of one area, by column and in total. */
interface TimeRow {
  readonly name: string;
  readonly fill: string;
  readonly columns: readonly number[];
  readonly bytes: number;
}

/** The chart with its table; only a sentence if no packet has a time. */
export function* timeSection(summary: Summary, series: Series): Generator<Markup> {
  const columns = timeColumns(series);
  if (columns === null) {
    yield html`<p>No packet has a time, so there are no totals over time.</p>\n`;
    return;
  }
  const rows = timeRows(seriesRows(summary, series, "family"), columns);
  const every = formatDuration(columns.secondsOfColumn);
  yield html`<p class="muted">Bytes in every ${every}, by family; times in UTC. Striped: by port alone.</p>\n`;
  yield areaChart({
    areas: rows.map(({ fill, columns: bytes }) => ({ fill, bytes })),
    label: `Stacked areas of bytes in every ${every}, by family. The table below has the numbers.`,
    times: [0, 1, 2].map((part) => columnTime(columns, (columns.count * part) / 2)),
  });
  yield legend(
    rows.toReversed().map(({ name, fill, bytes }) => ({
      mark: swatch(fill),
      text: html`${named(name)} <span class="muted">${bytesAmount(bytes)}</span>`,
    })),
  );
  yield html`<details>
<summary>The numbers of this chart</summary>
`;
  yield* table({
    caption: `Bytes in every ${every}, by family; times in UTC.`,
    columns: [{ header: "From" }, ...rows.map(({ name }) => ({ header: name, isNumber: true }))],
    rows: columnRows(rows, columns),
  });
  yield html`</details>
`;
}

function* columnRows(rows: readonly TimeRow[], columns: TimeColumns): Generator<readonly Markup[]> {
  for (let i = 0; i < columns.count; i++) {
    if (rows.every(({ columns: bytes }) => bytes[i] === 0)) continue;
    yield [
      html`${columnTime(columns, i)}`,
      ...rows.map(({ columns: bytes }) => (bytes[i] === 0 ? html`` : bytesAmount(bytes[i]))),
    ];
  }
}

/** From the bottom up: families by bytes, the others together, then traffic known in another way. */
function timeRows(rows: readonly SeriesRow[], columns: TimeColumns): readonly TimeRow[] {
  const families = rows.filter(({ isNamed }) => isNamed);
  const shown = families.slice(0, families.length <= MOST_FAMILIES + 1 ? families.length : MOST_FAMILIES);
  const others = families.slice(shown.length);
  const rowOf = (name: string, fill: string, parts: readonly SeriesRow[]): TimeRow => {
    const sums = new Array<number>(columns.count).fill(0);
    for (const part of parts) {
      for (const [i, bytes] of columnBytes(part, columns).entries()) sums[i] += bytes;
    }
    return { name, fill, columns: sums, bytes: sums.reduce((sum, bytes) => sum + bytes, 0) };
  };
  return [
    ...shown.map((row, i) => rowOf(row.name, `f${i + 1}`, [row])),
    ...(others.length === 0 ? [] : [rowOf(`${others.length} more families`, OTHER_FAMILIES, others)]),
    ...rows.filter(({ isNamed }) => !isNamed).map((row) => rowOf(plainName(row.name), fillOf(row), [row])),
  ].filter(({ bytes }) => bytes > 0);
}

function fillOf({ name, class: flowClass }: SeriesRow): string {
  if (flowClass !== null) return CLASS_FILLS[flowClass];
  return name === NOT_DECODED ? "c-undecoded" : "c-none";
}
