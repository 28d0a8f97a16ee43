/** Throughput by family over the last hour: stacked areas, striped if known by port alone. */
import type { FlowClass } from "../../evidence/attribution/evidence.ts";
import { plainName } from "../../render/named-rows.ts";
import { formatBytes, formatDuration } from "../../render/render-units.ts";
import type { FeedColumn } from "../page-feed.ts";
import { AreaColours, CLASS_FILLS, MOST_COLOURS } from "./area-colours.ts";
import { type ChartArea, StackedChart } from "./stacked-chart.ts";

const COLUMN_SECONDS = 5;
/** Minutes that the chart can show. */
const SPANS = [5, 10, 15, 30, 60];
const MOST_AREAS_COLUMNS = 120;

/** From the bottom up. */
const ORDER: readonly FlowClass[] = ["identified", "apple", "listed", "range", "other", "unlisted"];

/** One area without a colour, in bytes per second by column. */
type FamilyArea = Omit<ChartArea, "fill"> & { readonly class: FlowClass };

/** The drawn data at one moment. */
interface Times {
  /** Seconds since 1970. */
  readonly start: number;
  readonly secondsOfColumn: number;
  readonly count: number;
}

/** The chart. */
export class FamilyChart {
  readonly #chart = new StackedChart("throughput", "Throughput by family");
  readonly element = this.#chart.element;
  readonly #colours = new AreaColours();

  show(columns: readonly FeedColumn[]): void {
    const times = timesOf(columns);
    const { start, secondsOfColumn, count } = times;
    const place = (part: number) => clock(start + count * secondsOfColumn * part);
    this.#chart.show({
      areas: this.#areasOf(columns, times),
      label: `Throughput by family over the last ${formatDuration(count * secondsOfColumn)}`,
      caption: `Bytes per second in every ${secondsOfColumn} seconds, by family; times in UTC`,
      columns: Array.from({ length: count }, (_, i) => clock(start + i * secondsOfColumn)),
      ticks: [place(0), place(0.5), place(1)],
      amount: (bytes) => `${formatBytes(bytes)}/s`,
    });
  }

  #areasOf(columns: readonly FeedColumn[], times: Times): ChartArea[] {
    const rows = new Map<string, { class: FlowClass; bytes: number[]; total: number }>();
    const { start, secondsOfColumn, count } = times;
    const filled = new Array<number>(count).fill(0);
    for (const column of columns) {
      const i = Math.floor((column.start - start) / secondsOfColumn);
      if (i < 0 || i >= count) continue;
      filled[i] += column.seconds;
      for (const part of column.parts) {
        const row = rows.get(part.name) ?? {
          class: part.class,
          bytes: new Array<number>(count).fill(0),
          total: 0,
        };
        row.bytes[i] += part.bytes;
        row.total += part.bytes;
        rows.set(part.name, row);
      }
    }
    const areas = [...rows]
      .map(([name, row]) => ({
        name,
        ...row,
        bytes: row.bytes.map((bytes, i) => bytes / Math.max(filled[i], 1)),
      }))
      .sort((a, b) => ORDER.indexOf(a.class) - ORDER.indexOf(b.class) || b.total - a.total);
    const families = areas.filter((area) => area.class === "identified");
    const shown = families.slice(0, MOST_COLOURS);
    this.#colours.keep(shown.map(({ name }) => name));
    const more = families.slice(MOST_COLOURS);
    const rest = more.length < 2 ? more : [together(more)];
    return [...shown, ...rest, ...areas.slice(families.length)].map((area) => ({
      ...area,
      name: nameOf(area),
      fill: area.class === "identified" ? this.#colours.of(area.name) : (CLASS_FILLS[area.class] ?? "c-none"),
    }));
  }
}

/** Families without their own colour, as one area. */
function together(families: readonly FamilyArea[]): FamilyArea {
  const [first, ...others] = families;
  return {
    ...first,
    name: `${families.length} more families`,
    bytes: first.bytes.map((bytes, i) => others.reduce((sum, other) => sum + other.bytes[i], bytes)),
    total: families.reduce((sum, { total }) => sum + total, 0),
  };
}

/** Names of families unchanged; a class without a name is one in brackets. */
function nameOf({ name, class: flowClass }: FamilyArea): string {
  return flowClass === "identified" ? name : plainName(name);
}

function timesOf(columns: readonly FeedColumn[]): Times {
  const first = columns[0]?.start ?? 0;
  const end = (columns.at(-1)?.start ?? 0) + COLUMN_SECONDS;
  const minutes = SPANS.find((span) => span * 60 >= end - first) ?? 60;
  const secondsOfColumn = Math.max(COLUMN_SECONDS, Math.ceil((minutes * 60) / MOST_AREAS_COLUMNS / 5) * 5);
  // Columns begin at multiples of their length, so that they keep their data.
  const last = Math.ceil(end / secondsOfColumn) * secondsOfColumn;
  return { start: last - minutes * 60, secondsOfColumn, count: (minutes * 60) / secondsOfColumn };
}

/** The time of day in UTC. */
function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}
