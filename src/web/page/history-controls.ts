/** The query of a history: its time, grouping, filters, and comparison. All of it is in the address. */
import { HISTORY_GROUPINGS } from "../../reports/history/history-report.ts";
import type { HISTORY_RANGES } from "../history-time.ts";
import type { FeedChoices, FeedPastTime } from "../page-feed.ts";
import { el, setAttribute } from "./dom.ts";
import { routeOf } from "./view.ts";

const RANGE_NAMES: Readonly<Record<keyof typeof HISTORY_RANGES, string>> = {
  "1h": "Last hour",
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
  all: "Everything",
};
const CHOSEN = ["device", "product", "sensor"] as const;
type Chosen = (typeof CHOSEN)[number];

/** Available choices of each kind: the queried value, and its display name. */
type Options = Readonly<Record<Chosen, readonly { readonly value: string; readonly name: string }[]>>;

/** The controls of a view at `#/path`. The elements are kept, so that focus is not lost. */
export class HistoryControls {
  readonly element: HTMLElement;
  readonly #path: string;
  readonly #ranges: readonly HTMLAnchorElement[];
  readonly #groupings: readonly HTMLAnchorElement[];
  readonly #from = el("input", { type: "datetime-local", id: "from", required: true });
  readonly #to = el("input", { type: "datetime-local", id: "to", required: true });
  readonly #selects: Readonly<Record<Chosen, HTMLSelectElement>>;
  readonly #compare = el("input", { type: "checkbox", id: "compare" });
  #asked = new URLSearchParams();
  #options: Options = { device: [], product: [], sensor: [] };
  /** Whether the fields were edited but not submitted. */
  #isTyping = false;

  /** `isWhole`: with groupings, choices and the comparison; else only a time. */
  constructor(path: string, isWhole: boolean) {
    this.#path = path;
    this.#ranges = Object.entries(RANGE_NAMES).map(([range, name]) =>
      el("a", { class: "choice", "data-range": range }, name),
    );
    this.#groupings = HISTORY_GROUPINGS.map((by) =>
      el("a", { class: "choice", "data-by": by }, by.charAt(0).toUpperCase() + by.slice(1)),
    );
    const select = (name: Chosen) => {
      const element = el("select", { id: name });
      element.addEventListener("change", () => this.#go({ [name]: element.value }));
      return element;
    };
    this.#selects = { device: select("device"), product: select("product"), sensor: select("sensor") };
    this.#compare.addEventListener("change", () =>
      this.#go({ compare: this.#compare.checked ? "week" : "" }),
    );
    const own = el(
      "form",
      { class: "own" },
      el("span", { class: "field" }, el("label", { for: "from" }, "From"), this.#from),
      el("span", { class: "field" }, el("label", { for: "to" }, "To"), this.#to),
      el("span", { class: "muted" }, "UTC"),
      el("button", { type: "submit", class: "more" }, "Show"),
    );
    for (const field of [this.#from, this.#to]) {
      field.addEventListener("input", () => {
        this.#isTyping = true;
        this.#to.setCustomValidity("");
      });
    }
    own.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#showOwn();
    });
    this.element = el(
      "div",
      { class: "filters past" },
      el("nav", { "aria-label": "Time" }, ...this.#ranges),
      own,
      isWhole ? el("nav", { "aria-label": "Group by" }, ...this.#groupings) : null,
      ...(isWhole ? CHOSEN : []).map((name) =>
        el("span", { class: "field" }, el("label", { for: name }, labelOf(name)), this.#selects[name]),
      ),
      isWhole
        ? el(
            "span",
            { class: "field" },
            this.#compare,
            el("label", { for: "compare" }, "Compare with the week before"),
          )
        : null,
    );
  }

  /** Shows the current query. */
  show(asked: URLSearchParams): void {
    this.#asked = asked;
    this.#isTyping = false;
    for (const link of this.#ranges) {
      setAttribute(link, "href", this.#hrefWith({ range: link.dataset.range ?? "", from: "", to: "" }));
    }
    for (const link of this.#groupings) {
      const { by = "" } = link.dataset;
      setAttribute(link, "href", this.#hrefWith({ by }));
      mark(link, by === (asked.get("by") ?? HISTORY_GROUPINGS[0]));
    }
    this.#compare.checked = asked.has("compare");
    this.#showOptions();
  }

  /** Shows the time of the answer. */
  showTime({ range, from, to }: FeedPastTime): void {
    for (const link of this.#ranges) mark(link, link.dataset.range === range);
    if (this.#isTyping) return;
    this.#from.value = fieldText(from);
    this.#to.value = fieldText(to);
  }

  /** Sets the available choices. */
  offer({ devices, products, sensors }: FeedChoices): void {
    const plain = (names: readonly string[]) => names.map((name) => ({ value: name, name }));
    this.#options = {
      device: devices.map(({ id, name }) => ({ value: id, name })),
      product: plain(products),
      sensor: plain(sensors),
    };
    this.#showOptions();
  }

  #showOptions(): void {
    for (const name of CHOSEN) {
      const select = this.#selects[name];
      const value = this.#asked.get(name) ?? "";
      const options = this.#options[name];
      const all = [
        { value: "", name: "All" },
        // A value typed into the address may be invalid, or of another time.
        ...(value === "" || options.some((one) => one.value === value) ? [] : [{ value, name: value }]),
        ...options,
      ];
      const shape = JSON.stringify(all);
      if (select.dataset.shape !== shape) {
        select.dataset.shape = shape;
        select.replaceChildren(...all.map((one) => el("option", { value: one.value }, one.name)));
      }
      select.value = value;
    }
  }

  #showOwn(): void {
    const [from, to] = [this.#from.value, this.#to.value];
    if (from >= to) {
      this.#to.setCustomValidity("It must be later than the beginning.");
      this.#to.reportValidity();
      return;
    }
    this.#go({ range: "", from: from.slice(0, 16), to: to.slice(0, 16) });
  }

  /** From the current address: it may have changed without having been shown yet. */
  #go(changes: Readonly<Record<string, string>>): void {
    location.hash = pastHref(this.#path, routeOf(location.hash).asked, changes);
  }

  #hrefWith(changes: Readonly<Record<string, string>>): string {
    return pastHref(this.#path, this.#asked, changes);
  }
}

/** The address of the query with a change; empty values are omitted. */
export function pastHref(
  path: string,
  asked: URLSearchParams,
  changes: Readonly<Record<string, string>>,
): string {
  const next = new URLSearchParams(asked);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  const query = next.toString();
  return `#/${path}${query === "" ? "" : `?${query}`}`;
}

function mark(link: Element, isChosen: boolean): void {
  if (isChosen) setAttribute(link, "aria-current", "true");
  else link.removeAttribute("aria-current");
}

function labelOf(name: Chosen): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** In the format of date and time fields. */
function fieldText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16);
}
