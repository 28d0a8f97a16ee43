/** A table whose row elements persist while numbers change, and do not move while one of them has focus or the pointer. */
import { el, named, rowBar, setAttribute, setText, swatch } from "./dom.ts";

/** One column. */
export interface Column<Row> {
  readonly header: string;
  /** Hostile text is escaped. */
  readonly text: (row: Row) => string;
  readonly isNumber?: boolean;
  /** A second, smaller line. */
  readonly detail?: (row: Row) => string;
  /** Another one, shown only if there is no room for the columns of importance 1. */
  readonly narrowDetail?: (row: Row) => string;
  /** Link target of the text; "": none. */
  readonly href?: (row: Row) => string;
  /** A colour before the text: a fill class. */
  readonly mark?: (row: Row) => string;
  /** Instead of the text: a bar of this length (0 to 1), with a fill class of the row. */
  readonly bar?: { readonly part: (row: Row) => number; readonly fill: (row: Row) => string };
  /** Hidden if there is little room: larger values sooner. */
  readonly importance?: 1 | 2 | 3;
  /** Sort key of the column. */
  readonly order?: string;
  /** A class of its cells. */
  readonly className?: (row: Row) => string;
}

/** The order of a table, and how to change it. */
export interface Sorting {
  readonly order: string;
  readonly isReversed: boolean;
  readonly sort: (order: string) => void;
}

/** Rows that are drawn initially, and added with each press of the button. */
const STEP = 100;

interface Shown<Row> {
  readonly element: HTMLTableRowElement;
  update(row: Row): void;
}

/** The table. */
export class LiveTable<Row> {
  readonly element: HTMLElement;
  readonly #columns: readonly Column<Row>[];
  readonly #keyOf: (row: Row) => string;
  readonly #body = el("tbody");
  readonly #rows = new Map<string, Shown<Row>>();
  readonly #empty: HTMLElement;
  readonly #scroll: HTMLElement;
  readonly #more = el("button", { type: "button", class: "more" });
  readonly #headers: readonly HTMLTableCellElement[];
  #most = STEP;
  #last: readonly Row[] = [];

  constructor(
    caption: string,
    columns: readonly Column<Row>[],
    keyOf: (row: Row) => string,
    empty: string,
    sorting: Sorting | null = null,
  ) {
    this.#columns = columns;
    this.#keyOf = keyOf;
    this.#headers = columns.map((column) => headerOf(column, sorting));
    const table = el(
      "table",
      { class: "live" },
      el("caption", { class: "unseen" }, caption),
      el("thead", {}, el("tr", {}, ...this.#headers)),
      this.#body,
    );
    this.#empty = el("p", { class: "muted" }, empty);
    this.#scroll = el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, table);
    this.#more.addEventListener("click", () => {
      this.#most += STEP;
      this.show(this.#last);
    });
    this.element = el("div", {}, this.#empty, this.#scroll, this.#more);
    this.show([]);
  }

  /** Shows the rows, in this order. */
  show(rows: readonly Row[]): void {
    this.#last = rows;
    const shown = this.#body.matches(":hover, :focus-within") ? this.#held(rows) : rows.slice(0, this.#most);
    this.#empty.hidden = rows.length > 0;
    this.#scroll.hidden = rows.length === 0;
    this.#more.hidden = rows.length <= shown.length;
    setText(this.#more, `Show ${Math.min(STEP, rows.length - shown.length)} more of ${rows.length}`);
    const left = new Set(this.#rows.keys());
    let place = this.#body.firstElementChild;
    for (const row of shown) {
      const key = this.#keyOf(row);
      left.delete(key);
      let one = this.#rows.get(key);
      if (one === undefined) {
        one = rowOf(this.#columns);
        this.#rows.set(key, one);
      }
      one.update(row);
      if (one.element === place) place = place.nextElementSibling;
      else this.#body.insertBefore(one.element, place);
    }
    for (const key of left) {
      this.#rows.get(key)?.element.remove();
      this.#rows.delete(key);
    }
  }

  /** Keeps rows in place, though others may have more by now: a moving row cannot be clicked. New ones are added at the end. */
  #held(rows: readonly Row[]): readonly Row[] {
    const places = new Map([...this.#body.children].map((element, place) => [element, place]));
    const standing: Row[] = [];
    const added: Row[] = [];
    const placeOf = (row: Row) => {
      const shown = this.#rows.get(this.#keyOf(row));
      return shown === undefined ? undefined : places.get(shown.element);
    };
    for (const row of rows) (placeOf(row) === undefined ? added : standing).push(row);
    standing.sort((a, b) => (placeOf(a) ?? 0) - (placeOf(b) ?? 0));
    return [...standing, ...added.slice(0, Math.max(0, this.#most - standing.length))];
  }
}

function headerOf<Row>(
  { header, isNumber, importance, order, bar }: Column<Row>,
  sorting: Sorting | null,
): HTMLTableCellElement {
  const attributes = { scope: "col", class: classesOf(isNumber, importance, bar !== undefined) };
  if (order === undefined || sorting === null) {
    return el("th", attributes, bar === undefined ? header : el("span", { class: "unseen" }, header));
  }
  const button = el("button", { type: "button", class: "sort" }, header);
  button.addEventListener("click", () => sorting.sort(order));
  const isSorted = sorting.order === order;
  return el(
    "th",
    { ...attributes, "aria-sort": !isSorted ? "none" : sorting.isReversed ? "ascending" : "descending" },
    button,
  );
}

function rowOf<Row>(columns: readonly Column<Row>[]): Shown<Row> {
  const updates: ((row: Row) => void)[] = [];
  const cells = columns.map((column, i) => {
    const { text, detail, narrowDetail, href, bar, isNumber, importance, className, mark } = column;
    const base = classesOf(isNumber, importance, bar !== undefined);
    const cell = el(i === 0 ? "th" : "td", { ...(i === 0 && { scope: "row" }), class: base });
    if (bar !== undefined) {
      const drawn = rowBar();
      cell.append(drawn.element);
      updates.push((row) => drawn.show(bar.part(row), bar.fill(row)));
      return cell;
    }
    if (mark !== undefined) {
      const colour = swatch("");
      cell.append(colour);
      updates.push((row) => {
        if (colour.firstElementChild !== null) setAttribute(colour.firstElementChild, "class", mark(row));
      });
    }
    const name = isNumber ? el("span") : named("");
    const link = href === undefined ? null : el("a", {}, name);
    cell.append(link ?? name);
    updates.push((row) => {
      setText(name, text(row));
      if (link !== null && href !== undefined) lead(link, href(row));
      if (className !== undefined) setAttribute(cell, "class", `${base} ${className(row)}`);
    });
    for (const [words, look] of [
      [detail, "detail"],
      [narrowDetail, "detail narrow"],
    ] as const) {
      if (words === undefined) continue;
      const small = el("span", { class: look });
      cell.append(small);
      updates.push((row) => {
        const shown = words(row);
        setText(small, shown);
        small.hidden = shown === "";
      });
    }
    return cell;
  });
  return {
    element: el("tr", {}, ...cells),
    update: (row) => {
      for (const update of updates) update(row);
    },
  };
}

/** A link without a target is text. */
function lead(link: Element, href: string): void {
  if (href === "") link.removeAttribute("href");
  else setAttribute(link, "href", href);
}

function classesOf(isNumber = false, importance: number | undefined, isBar: boolean): string {
  const classes = [
    isNumber ? "n" : "",
    importance === undefined ? "" : `i${importance}`,
    isBar ? "wide" : "",
  ];
  return classes.filter((one) => one !== "").join(" ");
}
