/** Devices by products: the traffic of each, darker for more bytes. */
import { formatBytes } from "../../render/render-units.ts";
import { el, named, setAttribute, setText } from "./dom.ts";

/** Maximum size: the others are in the table below. */
const MOST_PRODUCTS = 12;
const MOST_DEVICES = 25;
/** Up to this number of products their names fit horizontally; more are written vertically. */
const MOST_LEVEL_HEADS = 4;
const SHADES = 5;

/** A device and its traffic of each product. */
export interface MatrixRow {
  readonly id: string;
  /** Hostile text. */
  readonly label: string;
  readonly bytes: ReadonlyMap<string, number>;
}

/** Link targets of names. */
export interface MatrixLinks {
  readonly ofProduct: (name: string) => string;
  readonly ofDevice: (id: string) => string;
}

/** The matrix. Its cells are rebuilt only if its devices or products change. */
export class DeviceMatrix {
  readonly element = el("div", {
    class: "scroll",
    tabindex: 0,
    role: "region",
    "aria-label": "Devices by products",
  });
  readonly #linksOf: () => MatrixLinks;
  #shape = "";
  #cells: HTMLTableCellElement[][] = [];
  readonly #empty = el("p", { class: "muted" }, "No device has traffic of a known product yet.");

  constructor(linksOf: () => MatrixLinks) {
    this.#linksOf = linksOf;
  }

  /** Shows devices, those with the most bytes first. */
  show(devices: readonly MatrixRow[]): void {
    const rows = devices.slice(0, 4 * MOST_DEVICES);
    const totals = new Map<string, number>();
    for (const { bytes } of rows) {
      for (const [product, amount] of bytes) totals.set(product, (totals.get(product) ?? 0) + amount);
    }
    const products = [...totals]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_PRODUCTS)
      .map(([name]) => name);
    const shown = rows.filter(({ bytes }) => products.some((name) => bytes.has(name))).slice(0, MOST_DEVICES);
    const links = this.#linksOf();
    const heads = [products.map(links.ofProduct), shown.map(({ id, label }) => [links.ofDevice(id), label])];
    const shape = JSON.stringify([products, heads]);
    if (shape !== this.#shape) this.#make(products, shown, links);
    this.#shape = shape;
    const largest = Math.max(
      1,
      ...shown.flatMap(({ bytes }) => products.map((name) => bytes.get(name) ?? 0)),
    );
    for (const [i, { bytes }] of shown.entries()) {
      for (const [k, name] of products.entries()) {
        const cell = this.#cells[i]?.[k];
        const amount = bytes.get(name) ?? 0;
        if (cell === undefined) continue;
        setText(cell, amount === 0 ? "" : formatBytes(amount));
        const shade = amount === 0 ? "" : ` h${shadeOf(amount / largest)}`;
        setAttribute(cell, "class", `n${shade}`);
      }
    }
  }

  #make(products: readonly string[], devices: readonly MatrixRow[], links: MatrixLinks): void {
    this.#cells = devices.map(() => products.map(() => el("td", { class: "n" })));
    if (devices.length === 0) {
      this.element.replaceChildren(this.#empty);
      return;
    }
    const heads = products.map((name) =>
      el(
        "th",
        { scope: "col", class: products.length > MOST_LEVEL_HEADS ? "u" : "n" },
        el("span", {}, el("a", { href: links.ofProduct(name) }, named(name))),
      ),
    );
    const lines = devices.map(({ id, label }, i) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, el("a", { href: links.ofDevice(id) }, named(label))),
        ...(this.#cells[i] ?? []),
      ),
    );
    this.element.replaceChildren(
      el(
        "table",
        { class: "matrix" },
        el("caption", { class: "unseen" }, "Bytes of each device by product"),
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Device"), ...heads)),
        el("tbody", {}, ...lines),
      ),
    );
  }
}

/** 1 to 5: a hundredth of the maximum is still visible. */
function shadeOf(part: number): number {
  return Math.max(1, Math.min(SHADES, Math.ceil(SHADES + 1.2 * Math.log10(part) * 2)));
}
