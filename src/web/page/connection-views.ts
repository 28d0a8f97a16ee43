/** Live connections: a selection in some order, and why each is attributed as it is. */
import { formatBytes, formatCount } from "../../render/render-units.ts";
import { productsText } from "../../render/report-words.ts";
import type { FlowEndpoint } from "../../reports/flow-report.ts";
import type { LiveFlow } from "../../reports/flows/live-flows.ts";
import type { FeedFlows, FeedWhy } from "../page-feed.ts";
import { el, named, setText } from "./dom.ts";
import { lookUp } from "./feed.ts";
import { LiveTable } from "./live-table.ts";
import { hrefOf, type Route, type View } from "./view.ts";

const CLASSES: readonly { readonly name: string; readonly classes: readonly string[] }[] = [
  { name: "All", classes: [] },
  { name: "Apple's", classes: ["identified", "apple"] },
  { name: "By port", classes: ["listed", "range"] },
  { name: "Others'", classes: ["other", "unlisted"] },
];
/** Delay after the last typed letter. */
const TYPING_MS = 250;

type Row = LiveFlow & { readonly rate: number };

export class ConnectionsView implements View {
  readonly title = "Connections";
  readonly element: HTMLElement;
  readonly #asked: URLSearchParams;
  readonly #count = el("p", { class: "muted", role: "status" }, "Looking through the live flows …");
  readonly #table: LiveTable<Row>;
  #isAsking = false;
  #isClosed = false;
  #typed: ReturnType<typeof setTimeout> | undefined;

  constructor({ asked }: Route) {
    this.#asked = new URLSearchParams(asked);
    const order = asked.get("order") ?? "rate";
    const isReversed = asked.has("reversed");
    const sort = (wanted: string) => {
      const next = new URLSearchParams(this.#asked);
      next.set("order", wanted);
      if (wanted === order && !isReversed) next.set("reversed", "");
      else next.delete("reversed");
      location.hash = `#/connections?${next}`;
    };
    this.#table = new LiveTable<Row>(
      "Live connections",
      columns(),
      (flow) => whyHref(flow),
      "No such connection is live now.",
      { order, isReversed, sort },
    );
    this.element = el("div", {}, this.#filters(), this.#count, this.#table.element);
  }

  show(): void {
    void this.#ask();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#typed);
  }

  #filters(): HTMLElement {
    const search = el("input", {
      type: "search",
      id: "search",
      value: this.#asked.get("search") ?? "",
      placeholder: "address, name, product or port",
      autocomplete: "off",
      spellcheck: "false",
    });
    search.addEventListener("input", () => {
      clearTimeout(this.#typed);
      this.#typed = setTimeout(() => {
        if (search.value === "") this.#asked.delete("search");
        else this.#asked.set("search", search.value);
        history.replaceState(null, "", `#/connections?${this.#asked}`);
        void this.#ask();
      }, TYPING_MS);
    });
    const chosen = this.#asked.getAll("class");
    const buttons = CLASSES.map(({ name, classes }) => {
      const next = new URLSearchParams(this.#asked);
      next.delete("class");
      for (const one of classes) next.append("class", one);
      const isChosen = classes.join() === chosen.join();
      return el(
        "a",
        { href: `#/connections?${next}`, class: "choice", ...(isChosen && { "aria-current": "true" }) },
        name,
      );
    });
    const limits = ["device", "product"].flatMap((name) => this.#asked.get(name) ?? []);
    const all = el("a", { href: hrefOf(["connections"]) }, "show all");
    return el(
      "div",
      { class: "filters" },
      el("label", { for: "search" }, "Search"),
      search,
      el("nav", { "aria-label": "Classes" }, ...buttons),
      limits.length === 0 ? null : el("p", {}, "Only ", named(limits.join(", ")), " · ", all),
    );
  }

  /** One query at a time: each goes through all live flows. */
  async #ask(): Promise<void> {
    if (this.#isAsking || this.#isClosed) return;
    this.#isAsking = true;
    const text = this.#asked.toString();
    const found = await lookUp<FeedFlows>("/api/flows", this.#asked);
    this.#isAsking = false;
    if (this.#isClosed) return;
    if (text !== this.#asked.toString()) return await this.#ask();
    if (found === null) {
      setText(this.#count, "The live flows can no longer be searched.");
      return;
    }
    const { count, flows, bytes, intervalSeconds } = found;
    const shown = flows.length < count ? `the first ${formatCount(flows.length)} of ` : "";
    setText(this.#count, `${shown}${formatCount(count)} live, ${formatBytes(bytes)}`);
    this.#table.show(flows.map((flow) => ({ ...flow, rate: flow.moved / intervalSeconds })));
  }
}

function columns() {
  return [
    {
      header: "Server",
      order: "name",
      text: ({ serverName, responder }: Row) => serverName ?? endText(responder),
      detail: (flow: Row) => (flow.serverName === null ? "" : endText(flow.responder)),
      narrowDetail: (flow: Row) => `${productText(flow)} (${flow.evidence ?? flow.class})`,
      href: whyHref,
    },
    {
      header: "Product",
      order: "product",
      text: productText,
      detail: (flow: Row) => flow.evidence ?? flow.class,
      importance: 1 as const,
    },
    {
      header: "Client",
      order: "originator",
      text: ({ originator }: Row) => endText(originator),
      importance: 2 as const,
    },
    { header: "Process", text: ({ process }: Row) => process ?? "", importance: 3 as const },
    { header: "Now", order: "rate", text: ({ rate }: Row) => `${formatBytes(rate)}/s`, isNumber: true },
    { header: "Bytes", order: "bytes", text: (flow: Row) => formatBytes(bytesOf(flow)), isNumber: true },
    {
      header: "Last",
      order: "last",
      text: ({ end }: Row) => end?.slice(11, 19) ?? "",
      isNumber: true,
      importance: 3 as const,
    },
  ];
}

/** Named products, or candidates by port; empty if there are neither. */
function productText({ products, candidates, label, class: flowClass }: LiveFlow): string {
  if (products.length > 0) return productsText(products, () => null);
  if (candidates.length > 0) return `${productsText(candidates, () => null)}?`;
  return flowClass === "apple" ? "Apple's, product unknown" : (label ?? "none");
}

function bytesOf({ bytes }: LiveFlow): number {
  return bytes.originator + bytes.responder;
}

function endText({ address, port }: FlowEndpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function whyHref({ transport, originator, responder }: LiveFlow): string {
  return hrefOf(["connection"], {
    transport,
    from: originator.address,
    fromPort: String(originator.port),
    to: responder.address,
    toPort: String(responder.port),
  });
}

/** Why one connection is attributed as it is: the text of `--explain`. */
export class WhyView implements View {
  readonly title = "Why";
  readonly element: HTMLElement;
  readonly #asked: URLSearchParams;
  readonly #text = el("div", { class: "why", role: "status" }, "Looking through the live flows …");
  #told = "";
  #isAsking = false;

  constructor({ asked }: Route) {
    this.#asked = asked;
    const way = `${asked.get("from")} to ${asked.get("to")} port ${asked.get("toPort")}`;
    this.element = el(
      "div",
      {},
      el("p", { class: "way" }, el("a", { href: hrefOf(["connections"]) }, "Connections"), " › ", named(way)),
      el("p", { class: "headline" }, "How it is known"),
      this.#text,
    );
  }

  show(): void {
    void this.#ask();
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const found = await lookUp<FeedWhy>("/api/why", this.#asked);
    this.#isAsking = false;
    const text = found?.text ?? "This connection has ended.";
    if (text === this.#told) return;
    this.#told = text;
    const [first = "", ...findings] = text.trimEnd().split("\n");
    this.#text.replaceChildren(safeElement("p", first), el("dl", {}, ...findings.flatMap(finding)));
  }
}

/** A line of the explanation, "  service     tcp/5223 (by list)", as label and text. */
function finding(line: string): HTMLElement[] {
  const [, label = "", text = ""] = /^ *(\S*) *(.*)$/.exec(line) ?? [];
  return [safeElement("dt", label), safeElement("dd", text)];
}

/** The lines were escaped where they were made: not again. */
function safeElement(tag: "p" | "dt" | "dd", text: string): HTMLElement {
  const element = el(tag);
  element.textContent = text;
  return element;
}
