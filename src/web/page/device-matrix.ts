/** Devices by products: how much each has moved of what, darker where it is more. */
import { deviceLabel } from "../../render/device-words.ts";
import { formatBytes } from "../../render/render-units.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import { el, named, setAttribute, setText } from "./dom.ts";
import { hrefOf } from "./view.ts";

/** What is shown at most: the others stand in the table below. */
const MOST_PRODUCTS = 12;
const MOST_DEVICES = 25;
/** Names of so many products have room beside one another, and stand upright only where there are more. */
const MOST_LEVEL_HEADS = 4;
const SHADES = 5;

/** The matrix. Its cells are made anew only where other devices or products are in it. */
export class DeviceMatrix {
  readonly element = el("div", {
    class: "scroll",
    tabindex: 0,
    role: "region",
    "aria-label": "Devices by products",
  });
  #shape = "";
  #cells: HTMLTableCellElement[][] = [];
  readonly #empty = el("p", { class: "muted" }, "No device has traffic of a known product yet.");

  show(summary: Summary): void {
    const byGroup = new Map(summary.groups.map(({ id, products }) => [id, products]));
    const totals = new Map<string, number>();
    const rows = summary.devices.slice(0, 4 * MOST_DEVICES).map((device) => {
      const bytes = new Map<string, number>();
      for (const { id, sent, received } of device.groups) {
        const products = byGroup.get(id) ?? [];
        // Of several, none is known to have it.
        const [product] = products.length === 1 ? products : [];
        if (product === undefined) continue;
        bytes.set(product, (bytes.get(product) ?? 0) + sent + received);
        totals.set(product, (totals.get(product) ?? 0) + sent + received);
      }
      return { id: device.id, label: deviceLabel(device), bytes };
    });
    const products = [...totals]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_PRODUCTS)
      .map(([name]) => name);
    const shown = rows.filter(({ bytes }) => products.some((name) => bytes.has(name))).slice(0, MOST_DEVICES);
    const shape = JSON.stringify([products, shown.map(({ id, label }) => [id, label])]);
    if (shape !== this.#shape) this.#make(products, shown);
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

  #make(
    products: readonly string[],
    devices: readonly { readonly id: string; readonly label: string }[],
  ): void {
    this.#cells = devices.map(() => products.map(() => el("td", { class: "n" })));
    if (devices.length === 0) {
      this.element.replaceChildren(this.#empty);
      return;
    }
    const heads = products.map((name) =>
      el(
        "th",
        { scope: "col", class: products.length > MOST_LEVEL_HEADS ? "u" : "n" },
        el("span", {}, el("a", { href: hrefOf(["product", name]) }, named(name))),
      ),
    );
    const lines = devices.map(({ id, label }, i) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, el("a", { href: hrefOf(["device", id]) }, named(label))),
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

/** 1 to 5: a hundredth of the most is still seen. */
function shadeOf(part: number): number {
  return Math.max(1, Math.min(SHADES, Math.ceil(SHADES + 1.2 * Math.log10(part) * 2)));
}
