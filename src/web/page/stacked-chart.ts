/**
 * Stacked areas over time, with a legend and their data as a table. Drawn here and not by a library: the report's
 * areas have the same shapes, they take their colours from the stylesheet, light and dark, and 720 columns are drawn in two
 * milliseconds.
 */
import { type Area, areaShapes } from "../../render/html/area-shapes.ts";
import { formatBytes } from "../../render/render-units.ts";
import { el, named, setAttribute, setText, svg, swatch } from "./dom.ts";
import { LiveTable } from "./live-table.ts";

/** One area. */
export interface ChartArea extends Area {
  /** Hostile text. */
  readonly name: string;
  readonly total: number;
}

/** The data of the chart. */
export interface Chart {
  /** From the bottom up; all have as many columns. */
  readonly areas: readonly ChartArea[];
  /** Text alternative of the drawing. */
  readonly label: string;
  /** Caption of the table. */
  readonly caption: string;
  /** When each column begins. */
  readonly columns: readonly string[];
  /** Axis labels: at its left end, in its middle, at its right end. */
  readonly ticks: readonly [string, string, string];
  /** Formats an amount of one column. */
  readonly amount: (bytes: number) => string;
}

/** A row of the table: the texts are those of the areas. */
interface NumberRow {
  readonly start: string;
  readonly texts: readonly string[];
}

/** The chart. */
export class StackedChart {
  readonly element: HTMLElement;
  readonly #title = el("h2");
  readonly #drawing = svg("svg", { role: "img", preserveAspectRatio: "none" });
  readonly #y = [el("span"), el("span"), el("span")];
  readonly #x = [el("span"), el("span"), el("span")];
  readonly #legend = el("ul", { class: "legend" });
  readonly #place = el("div");
  readonly #details = el("details", {}, el("summary", {}, "The numbers of this chart"), this.#place);
  #names = "";
  #draw: (() => void) | null = null;

  /** `id`: of its heading. */
  constructor(id: string, title: string) {
    this.#title.id = id;
    this.name(title);
    const axis = (name: string, labels: readonly Element[]) =>
      el("div", { class: name, "aria-hidden": "true" }, ...labels);
    this.element = el(
      "section",
      { "aria-labelledby": id },
      this.#title,
      el("div", { class: "chart" }, axis("y", this.#y), this.#drawing, axis("x", this.#x)),
      this.#legend,
      this.#details,
    );
    this.#details.addEventListener("toggle", () => this.#draw?.());
  }

  /** Sets the title. */
  name(title: string): void {
    setText(this.#title, title);
  }

  show(chart: Chart): void {
    const { areas, label, ticks, amount } = chart;
    const { width, height, top, shapes } = areaShapes(areas, this.#drawing.clientWidth);
    const lines = [0, 1, 2].map((line) =>
      svg("path", { class: "grid", d: `M0 ${(line * height) / 2}h${width}` }),
    );
    setAttribute(this.#drawing, "viewBox", `0 0 ${Math.max(1, width)} ${height}`);
    setAttribute(this.#drawing, "aria-label", `${label}. The table below has the numbers.`);
    this.#drawing.replaceChildren(
      ...lines,
      ...shapes.map(({ fill, path }) => svg("path", { class: fill, d: path })),
    );
    for (const [i, place] of this.#y.entries()) {
      setText(place, areas.length === 0 ? "" : amount(top * (1 - i / 2)));
    }
    for (const [i, place] of this.#x.entries()) setText(place, ticks[i] ?? "");
    this.#showLegend(areas);
    this.#draw = () => this.#showNumbers(chart);
    if (this.#details.open) this.#draw();
  }

  #showLegend(areas: readonly ChartArea[]): void {
    const names = JSON.stringify(areas.map(({ name, fill }) => [name, fill]));
    if (names !== this.#names) {
      this.#names = names;
      const entries = areas.map(({ name, fill }) =>
        el("li", {}, swatch(fill), named(name), el("span", { class: "muted n" })),
      );
      this.#legend.replaceChildren(...entries);
    }
    for (const [i, entry] of [...this.#legend.children].entries()) {
      const total = entry.lastElementChild;
      if (total !== null) setText(total, formatBytes(areas[i]?.total ?? 0));
    }
  }

  #showNumbers({ areas, caption, columns, amount }: Chart): void {
    const headers = areas.map(({ name }, i) => ({
      header: name,
      isNumber: true,
      text: ({ texts }: NumberRow) => texts[i] ?? "",
    }));
    const from = { header: "From", text: ({ start }: NumberRow) => start };
    const table = new LiveTable<NumberRow>(
      caption,
      [from, ...headers],
      (row) => row.start,
      "Nothing has moved yet.",
    );
    const rows = columns.map((start, i) => ({
      start,
      texts: areas.map(({ bytes }) => (bytes[i] === 0 ? "" : amount(bytes[i]))),
    }));
    table.show(rows.filter(({ texts }) => texts.some((text) => text !== "")).reverse());
    this.#place.replaceChildren(table.element);
  }
}
