/** Now: throughput by family, the products, and all traffic by how it is known. */
import { namedBytes } from "../../engine/live-rates.ts";
import type { Evidence } from "../../evidence/attribution/evidence.ts";
import { formatBytes, formatCount, formatShare } from "../../render/render-units.ts";
import type { ProductSummary } from "../../reports/traffic/summary.ts";
import type { FeedSection } from "../page-feed.ts";
import { el, setText } from "./dom.ts";
import { FamilyChart } from "./family-chart.ts";
import type { Feed } from "./feed.ts";
import { SECTION_FILLS } from "./head.ts";
import { LiveTable } from "./live-table.ts";
import { hrefOf, type View } from "./view.ts";

/** A product, with further data of its row. */
export interface ProductRow {
  readonly product: ProductSummary;
  readonly bytes: number;
  readonly rate: number;
  readonly largest: number;
  readonly whole: number;
}

/** The products that evidence names, by bytes. */
export function productRows({ latest }: Feed): ProductRow[] {
  const { summary, interval } = latest;
  const rates = new Map(interval.products.map(({ product, bytesPerSecond }) => [product, bytesPerSecond]));
  const rows = summary.products
    .filter(({ identified, oneOf }) => identified.packets + oneOf.packets > 0)
    .map((product) => ({ product, bytes: namedBytes(product), rate: rates.get(product.product) ?? 0 }))
    .sort((a, b) => b.bytes - a.bytes);
  const largest = Math.max(1, rows[0]?.bytes ?? 1);
  return rows.map((row) => ({ ...row, largest, whole: summary.capture.bytes }));
}

/** The evidence of most of the bytes; "+" if some have other evidence. */
export function howText({ byEvidence, identified }: ProductSummary): string {
  const [first, ...others] = Object.entries(byEvidence).sort(([, a], [, b]) => b - a) as [Evidence, number][];
  const grade = `${first?.[0] ?? "port"}${others.length > 0 ? " +" : ""}`;
  return identified.packets === 0 ? `${grade}, one of several` : grade;
}

/** Whether evidence ever names it alone. */
function isAlone({ identified }: ProductSummary): boolean {
  return identified.packets > 0;
}

export class NowView implements View {
  readonly title = "Now";
  readonly element: HTMLElement;
  readonly #chart = new FamilyChart();
  readonly #products = new LiveTable<ProductRow>(
    "Products that evidence names, by bytes",
    [
      {
        header: "Product",
        text: ({ product }) => product.product,
        href: ({ product }) => hrefOf(["product", product.product]),
      },
      { header: "Known by", text: ({ product }) => howText(product), importance: 2 },
      { header: "Now", text: ({ rate }) => `${formatBytes(rate)}/s`, isNumber: true },
      { header: "Total", text: ({ bytes }) => formatBytes(bytes), isNumber: true },
      {
        header: "Share",
        text: ({ bytes, whole }) => formatShare(bytes, whole),
        isNumber: true,
        importance: 3,
      },
      {
        header: "Flows",
        text: ({ product }) => formatCount(product.identified.flows + product.oneOf.flows),
        isNumber: true,
        importance: 1,
      },
      {
        header: "Bar",
        text: () => "",
        bar: {
          part: ({ bytes, largest }) => bytes / largest,
          fill: ({ product }) => (isAlone(product) ? "c-identified" : "c-apple"),
        },
      },
    ],
    ({ product }) => product.product,
    "Evidence has named no product yet.",
  );
  readonly #sections = new LiveTable<FeedSection & { readonly whole: number }>(
    "Everything by how it is known: each byte is in one row",
    [
      {
        header: "How it is known",
        text: ({ title }) => title,
        mark: ({ kind }) => SECTION_FILLS[kind] ?? "c-none",
      },
      { header: "Bytes", text: ({ total }) => formatBytes(total.bytes), isNumber: true },
      { header: "Share", text: ({ total, whole }) => formatShare(total.bytes, whole), isNumber: true },
      { header: "Packets", text: ({ total }) => formatCount(total.packets), isNumber: true, importance: 2 },
      { header: "Flows", text: ({ total }) => formatCount(total.flows), isNumber: true, importance: 1 },
    ],
    ({ kind }) => kind,
    "No packets yet.",
  );
  readonly #overlap = el(
    "p",
    { class: "muted" },
    "Products that are one of several share their bytes with the others: these rows overlap.",
  );
  readonly #count = el("span", { class: "muted" });

  constructor() {
    this.element = el(
      "div",
      {},
      this.#chart.element,
      el(
        "section",
        { "aria-labelledby": "products" },
        el("h2", { id: "products" }, "Products ", this.#count),
        this.#products.element,
        this.#overlap,
      ),
      el(
        "section",
        { "aria-labelledby": "classes" },
        el("h2", { id: "classes" }, "By how it is known"),
        this.#sections.element,
      ),
    );
  }

  show(feed: Feed): void {
    const { summary, sections } = feed.latest;
    this.#chart.show(feed.columns);
    const rows = productRows(feed);
    setText(this.#count, formatCount(rows.length));
    this.#products.show(rows);
    this.#overlap.hidden = rows.every(({ product }) => product.oneOf.packets === 0);
    this.#sections.show(sections.map((section) => ({ ...section, whole: summary.capture.bytes })));
  }
}
