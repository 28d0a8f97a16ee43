/**
 * Throughput by family over the last hour: stacked areas, striped where only a port speaks, and the table that they are drawn from.
 * Drawn here and not by a library: the report's areas are the same shapes, they take their colours from the stylesheet, light
 * and dark, and 720 columns are drawn in two milliseconds.
 */
import type { FlowClass } from "../../evidence/attribution/evidence.ts";
import { type Area, areaShapes } from "../../render/html/area-shapes.ts";
import { plainName } from "../../render/named-rows.ts";
import { formatBytes, formatDuration } from "../../render/render-units.ts";
import type { FeedColumn } from "../page-feed.ts";
import { el, named, setAttribute, setText, svg, swatch } from "./dom.ts";
import { LiveTable } from "./live-table.ts";

const COLUMN_SECONDS = 5;
/** Minutes that the chart can show. */
const SPANS = [5, 10, 15, 30, 60];
const MOST_AREAS_COLUMNS = 120;
/** Families with a colour of their own: those with most bytes. */
const MOST_FAMILIES = 6;
const OTHER_FAMILIES = "f7";

const CLASS_FILLS: Readonly<Record<Exclude<FlowClass, "identified">, string>> = {
  apple: "c-apple",
  listed: "c-could-be",
  range: "c-could-be",
  other: "c-other",
  unlisted: "c-none",
};
/** From the bottom up. */
const ORDER: readonly FlowClass[] = ["identified", "apple", "listed", "range", "other", "unlisted"];

/** One area, in bytes per second by column. */
interface FamilyArea extends Area {
  readonly name: string;
  readonly class: FlowClass;
  readonly total: number;
}

/** What is drawn at one moment. */
interface Times {
  /** Seconds since 1970. */
  readonly start: number;
  readonly secondsOfColumn: number;
  readonly count: number;
}

/** A row of the table: the texts are those of the areas. */
interface NumberRow {
  readonly start: string;
  readonly texts: readonly string[];
}

/** The chart. */
export class FamilyChart {
  readonly element: HTMLElement;
  readonly #colours = new Map<string, string>();
  readonly #drawing = svg("svg", { role: "img", preserveAspectRatio: "none" });
  readonly #y = [el("span"), el("span"), el("span")];
  readonly #x = [el("span"), el("span"), el("span")];
  readonly #legend = el("ul", { class: "legend" });
  readonly #place = el("div");
  readonly #details = el("details", {}, el("summary", {}, "The numbers of this chart"), this.#place);
  #names = "";
  #draw: (() => void) | null = null;

  constructor() {
    const axis = (name: string, labels: readonly Element[]) =>
      el("div", { class: name, "aria-hidden": "true" }, ...labels);
    this.element = el(
      "section",
      { "aria-labelledby": "throughput" },
      el("h2", { id: "throughput" }, "Throughput by family"),
      el("div", { class: "chart" }, axis("y", this.#y), this.#drawing, axis("x", this.#x)),
      this.#legend,
      this.#details,
    );
    this.#details.addEventListener("toggle", () => this.#draw?.());
  }

  show(columns: readonly FeedColumn[]): void {
    const times = timesOf(columns);
    const areas = this.#areasOf(columns, times);
    const { width, height, top, shapes } = areaShapes(areas, this.#drawing.clientWidth);
    const lines = [0, 1, 2].map((line) =>
      svg("path", { class: "grid", d: `M0 ${(line * height) / 2}h${width}` }),
    );
    setAttribute(this.#drawing, "viewBox", `0 0 ${Math.max(1, width)} ${height}`);
    setAttribute(
      this.#drawing,
      "aria-label",
      `Throughput by family over the last ${formatDuration(times.count * times.secondsOfColumn)}. The table below has the numbers.`,
    );
    this.#drawing.replaceChildren(
      ...lines,
      ...shapes.map(({ fill, path }) => svg("path", { class: fill, d: path })),
    );
    for (const [i, label] of this.#y.entries()) setText(label, `${formatBytes(top * (1 - i / 2))}/s`);
    for (const [i, label] of this.#x.entries()) {
      setText(label, clock(times.start + (times.count * times.secondsOfColumn * i) / 2));
    }
    this.#showLegend(areas);
    this.#draw = () => this.#showNumbers(areas, times);
    if (this.#details.open) this.#draw();
  }

  #areasOf(columns: readonly FeedColumn[], times: Times): FamilyArea[] {
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
    const shown = families.slice(0, MOST_FAMILIES);
    this.#colour(shown.map(({ name }) => name));
    const fillOf = (area: Omit<FamilyArea, "fill">) =>
      area.class === "identified"
        ? (this.#colours.get(area.name) ?? OTHER_FAMILIES)
        : CLASS_FILLS[area.class];
    const all = [...shown, ...together(families.slice(MOST_FAMILIES)), ...areas.slice(families.length)];
    return all.map((area) => ({ ...area, fill: fillOf(area) }));
  }

  /** A family keeps its colour as long as it is one of those with most bytes. */
  #colour(names: readonly string[]): void {
    for (const name of this.#colours.keys()) if (!names.includes(name)) this.#colours.delete(name);
    const taken = new Set(this.#colours.values());
    const free = Array.from({ length: MOST_FAMILIES }, (_, i) => `f${i + 1}`).filter(
      (fill) => !taken.has(fill),
    );
    for (const name of names) {
      if (!this.#colours.has(name)) this.#colours.set(name, free.shift() ?? OTHER_FAMILIES);
    }
  }

  #showLegend(areas: readonly FamilyArea[]): void {
    const names = JSON.stringify(areas.map(({ name, fill }) => [name, fill]));
    if (names !== this.#names) {
      this.#names = names;
      const entries = areas.map((area) =>
        el("li", {}, swatch(area.fill), named(nameOf(area)), el("span", { class: "muted n" })),
      );
      this.#legend.replaceChildren(...entries);
    }
    for (const [i, entry] of [...this.#legend.children].entries()) {
      const total = entry.lastElementChild;
      if (total !== null) setText(total, formatBytes(areas[i]?.total ?? 0));
    }
  }

  #showNumbers(areas: readonly FamilyArea[], { start, secondsOfColumn, count }: Times): void {
    const columns = areas.map((area, i) => ({
      header: nameOf(area),
      isNumber: true,
      text: ({ texts }: NumberRow) => texts[i] ?? "",
    }));
    const from = { header: "From", text: ({ start }: NumberRow) => start };
    const caption = `Bytes per second in every ${secondsOfColumn} seconds, by family; times in UTC`;
    const table = new LiveTable<NumberRow>(
      caption,
      [from, ...columns],
      (row) => row.start,
      "Nothing has moved yet.",
    );
    const rows = Array.from({ length: count }, (_, i) => ({
      start: clock(start + i * secondsOfColumn),
      texts: areas.map(({ bytes }) => (bytes[i] === 0 ? "" : `${formatBytes(bytes[i])}/s`)),
    }));
    table.show(rows.filter(({ texts }) => texts.some((text) => text !== "")).reverse());
    this.#place.replaceChildren(table.element);
  }
}

/** Families that have no colour of their own, as one area. */
function together(families: readonly Omit<FamilyArea, "fill">[]): Omit<FamilyArea, "fill">[] {
  const [first, ...others] = families;
  if (first === undefined || others.length === 0) return [...families];
  return [
    {
      ...first,
      name: `${families.length} more families`,
      bytes: first.bytes.map((bytes, i) => others.reduce((sum, other) => sum + other.bytes[i], bytes)),
      total: families.reduce((sum, { total }) => sum + total, 0),
    },
  ];
}

/** Names of families as they are; a class that names none is one in brackets. */
function nameOf({ name, class: flowClass }: FamilyArea): string {
  return flowClass === "identified" ? name : plainName(name);
}

function timesOf(columns: readonly FeedColumn[]): Times {
  const first = columns[0]?.start ?? 0;
  const end = (columns.at(-1)?.start ?? 0) + COLUMN_SECONDS;
  const minutes = SPANS.find((span) => span * 60 >= end - first) ?? 60;
  const secondsOfColumn = Math.max(COLUMN_SECONDS, Math.ceil((minutes * 60) / MOST_AREAS_COLUMNS / 5) * 5);
  // Columns begin at whole multiples, so that they keep what they have.
  const last = Math.ceil(end / secondsOfColumn) * secondsOfColumn;
  return { start: last - minutes * 60, secondsOfColumn, count: (minutes * 60) / secondsOfColumn };
}

/** The time of day in UTC. */
function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}
