/** Totals over time for people: a row for each product, family or device, with its traffic as a sparkline. */
import type { Series, SeriesBucket } from "../reports/series/series-report.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import { noTraffic, type TrafficSum } from "../reports/traffic/traffic-sum.ts";
import { drawLevels } from "./levels.ts";
import { type Cell, layoutTable, type TableStyle, widthOf, wrapText } from "./render-columns.ts";
import { type Drawing, drawReport } from "./render-drawing.ts";
import { countOf, formatBytes, formatCount, formatDuration } from "./render-units.ts";
import { type SeriesGrouping, type SeriesRow, seriesRows } from "./series-rows.ts";

/** Default number of named rows. */
const ROWS = 8;
/** Columns beside the bars, and the minimum and maximum number of bars. */
const BESIDE = 46;
const LEAST_BARS = 12;
const MOST_BARS = 60;

/** Assignment of time to bars. */
interface Scale {
  /** Start of the first and last bucket with a time. Seconds since 1970. */
  readonly first: number;
  readonly last: number;
  readonly bars: number;
  readonly secondsOfBar: number;
}

/** The table; ends with a line end. `top`: null for a default number of rows. */
export function renderSeries(
  summary: Summary,
  series: Series,
  by: SeriesGrouping,
  top: number | null,
  style: TableStyle,
): Promise<string> {
  return drawReport(style, (drawing) => [tableLines(summary, series, by, top, drawing)]);
}

function tableLines(
  summary: Summary,
  series: Series,
  by: SeriesGrouping,
  top: number | null,
  drawing: Drawing,
): string[] {
  const { style, measure, colors } = drawing;
  const starts = series.buckets.map(({ start }) => (start === null ? null : Date.parse(start) / 1000));
  const times = starts.filter((start) => start !== null);
  const [first] = times;
  if (first === undefined) return ["No packet has a time, so there are no totals over time."];
  const scale = scaleOf(first, times.at(-1) ?? first, series.everySeconds, widthOf(style));
  const rows = shorten(seriesRows(summary, series, by), top);
  const cells = rows.map((row): Cell[] => {
    const paint = row.isNamed ? {} : { paint: colors.dim };
    const sums = [...row.moved];
    const bytes = sums.reduce((sum, [, moved]) => sum + moved.bytes, 0);
    const peak = sums.reduce((most, [, moved]) => Math.max(most, moved.bytes), 0);
    return [
      { text: row.name, ...paint },
      { text: formatBytes(bytes), ...paint },
      { text: formatBytes(peak), ...paint },
      { text: drawLevels(barsOf(row, starts, scale), style.ascii), paint: colors.cyan },
    ];
  });
  return [
    ...layoutTable(
      [
        {
          header: `EVERY ${formatDuration(series.everySeconds)}`.toUpperCase(),
          align: "left",
          shrinksTo: 16,
        },
        { header: "BYTES", align: "right", expendable: 1 },
        { header: "PEAK", align: "right", expendable: 2 },
        { header: "", align: "left" },
      ],
      cells,
      style,
      measure,
      { header: colors.bold },
    ),
    ...wrapText(scaleText(series, scale), widthOf(style), measure).map(colors.dim),
  ];
}

function scaleOf(first: number, last: number, everySeconds: number, width: number): Scale {
  const room = Math.min(MOST_BARS, Math.max(LEAST_BARS, width - BESIDE));
  const buckets = (last - first) / everySeconds + 1;
  const perBar = Math.ceil(buckets / room);
  return { first, last, bars: Math.ceil(buckets / perBar), secondsOfBar: perBar * everySeconds };
}

/** Bytes of each bar; those without a time are in none. */
function barsOf(
  { moved }: SeriesRow,
  starts: readonly (number | null)[],
  { first, bars, secondsOfBar }: Scale,
): number[] {
  const sums = new Array<number>(bars).fill(0);
  for (const [place, { bytes }] of moved) {
    const start = starts[place];
    if (start !== null) sums[Math.floor((start - first) / secondsOfBar)] += bytes;
  }
  return sums;
}

function scaleText({ buckets, everySeconds }: Series, { first, last, secondsOfBar }: Scale): string {
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().replace(".000", "");
  const bar = `A bar is ${formatDuration(secondsOfBar)}, from ${time(first)} to ${time(last + everySeconds)}`;
  return `${bar}${untimedText(buckets)}.`;
}

function untimedText(buckets: readonly SeriesBucket[]): string {
  const untimed = buckets.find(({ start }) => start === null);
  if (untimed === undefined) return "";
  const parts = [...untimed.groups, untimed.others ?? { packets: 0 }, untimed.notDecoded];
  const packets = parts.reduce((sum, part) => sum + part.packets, 0);
  return `; ${countOf(packets, "packet")} without a time, or beyond the limit of buckets, not shown`;
}

/** The rows shown; the other named ones are merged into one. */
function shorten(rows: readonly SeriesRow[], top: number | null): SeriesRow[] {
  const named = rows.filter(({ isNamed }) => isNamed);
  const most = top ?? ROWS;
  // A line for one more row says less than that row.
  if (named.length <= most + (top === null ? 1 : 0)) return [...rows];
  const moved = new Map<number, TrafficSum>();
  for (const row of named.slice(most)) {
    for (const [place, { bytes }] of row.moved) {
      const sum = moved.get(place) ?? noTraffic();
      sum.bytes += bytes;
      moved.set(place, sum);
    }
  }
  const name = `(${formatCount(named.length - most)} more)`;
  const rest = rows.filter(({ isNamed }) => !isNamed);
  return [...named.slice(0, most), { name, class: null, isNamed: false, moved }, ...rest];
}
