/** One product: how it is known, in words, its servers, and its devices. */

import type { Evidence } from "../../evidence/attribution/evidence.ts";
import { deviceLabel } from "../../render/device-words.ts";
import { EVIDENCE_MEANINGS } from "../../render/html/known-words.ts";
import { countOf, formatBytes } from "../../render/render-units.ts";
import type { NameTraffic, ProductSummary } from "../../reports/traffic/summary.ts";
import { el, named, setText } from "./dom.ts";
import type { Feed } from "./feed.ts";
import { LiveTable } from "./live-table.ts";
import { hrefOf, type View } from "./view.ts";

interface KnownRow {
  readonly evidence: Evidence;
  readonly bytes: number;
}

interface UserRow {
  readonly id: string;
  readonly label: string;
  readonly bytes: number;
}

export class ProductView implements View {
  readonly title: string;
  readonly element: HTMLElement;
  readonly #product: string;
  readonly #lead = el("p", { class: "headline" });
  readonly #possible = el("p", { class: "muted" });
  readonly #known = new LiveTable<KnownRow>(
    "How it is known",
    [
      {
        header: "Known by",
        text: ({ evidence }) => evidence,
        detail: ({ evidence }) => EVIDENCE_MEANINGS[evidence],
      },
      { header: "Bytes", text: ({ bytes }) => formatBytes(bytes), isNumber: true },
    ],
    ({ evidence }) => evidence,
    "It is known by port alone.",
  );
  readonly #names = new LiveTable<NameTraffic>(
    "Servers, by requested name",
    [
      { header: "Server", text: ({ name }) => name },
      { header: "Bytes", text: ({ bytes }) => formatBytes(bytes), isNumber: true },
    ],
    ({ name }) => name,
    "No name was seen.",
  );
  readonly #users = new LiveTable<UserRow>(
    "Devices that have such flows",
    [
      { header: "Device", text: ({ label }) => label, href: ({ id }) => hrefOf(["device", id]) },
      {
        header: "Bytes",
        text: ({ bytes }) => formatBytes(bytes),
        isNumber: true,
      },
    ],
    ({ id }) => id,
    "No device of the local network has any.",
  );

  constructor(product: string) {
    this.title = product;
    this.#product = product;
    const connections = hrefOf(["connections"], { product });
    this.element = el(
      "div",
      {},
      el("p", { class: "way" }, el("a", { href: hrefOf(["now"]) }, "Now"), " › ", named(product)),
      this.#lead,
      this.#possible,
      el("p", {}, el("a", { href: connections }, "Its live connections")),
      el("h2", {}, "How it is known"),
      this.#known.element,
      el("h2", {}, "Devices"),
      this.#users.element,
      el("h2", {}, "Servers"),
      this.#names.element,
    );
  }

  show({ latest }: Feed): void {
    const { summary, interval } = latest;
    const product = summary.products.find((one) => one.product === this.#product);
    if (product === undefined) {
      setText(this.#lead, "No traffic of this product has been seen.");
      return;
    }
    const rate = interval.products.find((one) => one.product === this.#product)?.bytesPerSecond ?? 0;
    const { identified, oneOf } = product;
    setText(
      this.#lead,
      [
        ...(identified.packets === 0
          ? []
          : [`${formatBytes(identified.bytes)} in ${countOf(identified.flows, "flow")} named alone`]),
        ...(oneOf.packets === 0
          ? []
          : [`${formatBytes(oneOf.bytes)} in ${countOf(oneOf.flows, "flow")} named with others`]),
        `now ${formatBytes(rate)}/s`,
      ].join("; "),
    );
    setText(this.#possible, possibleText(product));
    const known = Object.entries(product.byEvidence) as [Evidence, number][];
    this.#known.show(
      known.map(([evidence, bytes]) => ({ evidence, bytes })).sort((a, b) => b.bytes - a.bytes),
    );
    this.#names.show(product.names);
    const groups = new Set(
      summary.groups.filter(({ products }) => products.includes(this.#product)).map(({ id }) => id),
    );
    const users = summary.devices.map((device) => ({
      id: device.id,
      label: deviceLabel(device),
      bytes: device.groups.reduce(
        (sum, { id, sent, received }) => (groups.has(id) ? sum + sent + received : sum),
        0,
      ),
    }));
    this.#users.show(users.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes));
  }
}

function possibleText({ possible, possibleOnly, family, ended }: ProductSummary): string {
  const end = ended === null ? "" : ` It ended${ended.date === null ? "" : ` on ${ended.date}`}.`;
  if (possible.bytes === 0) return `Family: ${family}.${end}`;
  const only =
    possibleOnly.bytes === 0 ? "" : `, ${formatBytes(possibleOnly.bytes)} of it to no other product`;
  return `Family: ${family}.${end} By port alone ${formatBytes(possible.bytes)} more could belong to it${only}: that proves nothing.`;
}
