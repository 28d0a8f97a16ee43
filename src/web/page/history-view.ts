/** History: traffic over time in a selected range, compared with the week before. */
import { plainName } from "../../render/named-rows.ts";
import { formatBytes, formatDuration } from "../../render/render-units.ts";
import type { FeedChoices, FeedPast, FeedPastArea, FeedPastRow } from "../page-feed.ts";
import { AreaColours, CLASS_FILLS, REST_FILL } from "./area-colours.ts";
import { el, setText } from "./dom.ts";
import { pastHref } from "./history-controls.ts";
import {
  classText,
  differenceText,
  emptyText,
  headlineText,
  minuteText,
  noteTexts,
  tickText,
  weeksText,
} from "./history-words.ts";
import { type Column, LiveTable } from "./live-table.ts";
import { PastFrame } from "./past-frame.ts";
import { ServerQuery } from "./server-query.ts";
import { StackedChart } from "./stacked-chart.ts";
import type { Route, View } from "./view.ts";

const PATH = "history";

type Row = FeedPastRow & { readonly largest: number };

export class HistoryView implements View {
  readonly title = "History";
  readonly element: HTMLElement;
  readonly #everything = el("a", {}, "Show everything");
  readonly #elsewhere = el("p", { hidden: true }, this.#everything);
  readonly #chart = new StackedChart("over-time", "Over time");
  readonly #tableTitle = el("h2", { id: "rows" }, "By product");
  readonly #place = el("div");
  readonly #notes = el("div");
  readonly #colours = new AreaColours();
  readonly #frame = new PastFrame<FeedPast>(
    PATH,
    "/api/history",
    true,
    [
      this.#elsewhere,
      this.#chart.element,
      el("section", { "aria-labelledby": "rows" }, this.#tableTitle, this.#place, this.#notes),
    ],
    (past) => this.#show(past),
  );
  #asked: URLSearchParams;
  #table: { readonly shape: string; readonly table: LiveTable<Row> } | null = null;
  readonly #choices = new ServerQuery<FeedChoices>("/api/history/choices");
  /** The time of the choices. */
  #choicesOf: string | null = null;

  constructor({ asked }: Route) {
    this.#asked = asked;
    this.element = this.#frame.element;
    this.goTo({ path: [PATH], asked });
  }

  /** Changes the query; the old result stays until the answer arrives. */
  goTo({ asked }: Route): boolean {
    this.#asked = asked;
    this.#frame.ask(asked);
    void this.#choose();
    return true;
  }

  show(): void {}

  close(): void {
    this.#frame.close();
    this.#choices.cancel();
  }

  /** The choices of a time are queried once. */
  async #choose(): Promise<void> {
    const time = new URLSearchParams();
    for (const name of ["range", "from", "to"]) {
      const value = this.#asked.get(name);
      if (value !== null) time.set(name, value);
    }
    if (this.#choicesOf === time.toString()) return;
    this.#choicesOf = time.toString();
    const choices = await this.#choices.ask(time);
    if (choices === null) return;
    if ("trouble" in choices) this.#choicesOf = null;
    else this.#frame.controls.offer(choices);
  }

  #show(past: FeedPast): void {
    // Choices that could not be queried during an error.
    void this.#choose();
    const isEmpty = past.rows.length === 0;
    setText(this.#frame.headline, isEmpty ? emptyText(past, this.#asked) : headlineText(past));
    this.#elsewhere.hidden =
      !isEmpty || past.range === "all" || past.start === null || past.unknown.length > 0;
    this.#everything.href = pastHref(PATH, this.#asked, { range: "all", from: "", to: "" });
    this.#frame.controls.showTime(past);
    this.#chart.name(`Over time, by ${past.by}`);
    this.#drawChart(past);
    setText(this.#tableTitle, `By ${past.by}`);
    const largest = past.rows.filter(hasBar(past)).reduce((most, { bytes }) => Math.max(most, bytes), 1);
    this.#tableFor(past).show(past.rows.map((row) => ({ ...row, largest })));
    this.#notes.replaceChildren(...noteTexts(past).map((text) => el("p", { class: "muted" }, text)));
  }

  #drawChart(past: FeedPast): void {
    const { areas, by, from, to, everySeconds, firstColumn, columns } = past;
    const named = areas.map((area) => ({ ...area, name: areaName(area, by) }));
    this.#colours.keep(named.flatMap(({ name, isNamed, isRest }) => (isNamed && !isRest ? [name] : [])));
    const time = (part: number) => tickText(firstColumn + columns * everySeconds * part, to - from);
    this.#chart.show({
      areas: named.map((area) => ({ ...area, fill: this.#fillOf(area) })),
      label: `Bytes by ${by} in every ${formatDuration(everySeconds)}`,
      caption: `Bytes in every ${formatDuration(everySeconds)}, by ${by}; times in UTC`,
      columns: Array.from({ length: columns }, (_, i) => minuteText(firstColumn + i * everySeconds)),
      ticks: [time(0), time(0.5), time(1)],
      amount: formatBytes,
    });
  }

  #fillOf(area: FeedPastArea): string {
    if (area.isNamed) return area.isRest ? REST_FILL : this.#colours.of(area.name);
    return CLASS_FILLS[area.class ?? ""] ?? "c-undecoded";
  }

  /** A table has different columns if the query does. */
  #tableFor({ by, before }: FeedPast): LiveTable<Row> {
    const weeks = before === null ? null : weeksText(before.weeks);
    const shape = JSON.stringify([by, weeks, this.#asked.toString()]);
    if (this.#table?.shape === shape) return this.#table.table;
    const table = new LiveTable<Row>(
      `Traffic by ${by}${weeks === null ? "" : `, compared with ${weeks}`}`,
      this.#columns(by, weeks),
      ({ name, class: rowClass, deviceId }) => JSON.stringify([deviceId ?? name, rowClass]),
      "No traffic.",
    );
    this.#table = { shape, table };
    this.#place.replaceChildren(table.element);
    return table;
  }

  #columns(by: FeedPast["by"], weeks: string | null): Column<Row>[] {
    const name = by.charAt(0).toUpperCase() + by.slice(1);
    const amounts: Column<Row>[] = [
      { header: "Sent", text: ({ sent }) => formatBytes(sent), isNumber: true, importance: 1 },
      { header: "Received", text: ({ received }) => formatBytes(received), isNumber: true, importance: 1 },
      { header: "Bytes", text: ({ bytes }) => formatBytes(bytes), isNumber: true },
    ];
    const compared: Column<Row>[] =
      weeks === null
        ? []
        : [
            {
              header: `${weeks.charAt(0).toUpperCase()}${weeks.slice(1)}`,
              text: ({ before }) => (before === null ? "–" : formatBytes(before)),
              isNumber: true,
              importance: 2,
            },
            {
              header: `Compared with ${weeks}`,
              text: ({ bytes, before }) => differenceText(bytes, before),
              isNumber: true,
            },
          ];
    return [
      {
        header: name,
        text: (row) => row.name,
        detail: (row) => (by === "service" ? classText(row.class) : ""),
        ...(by === "product" || by === "device" || by === "sensor"
          ? { href: (row) => this.#hrefOf(by, row) }
          : {}),
      },
      ...amounts,
      ...compared,
      {
        header: "Bar",
        text: () => "",
        bar: {
          part: (row) => (hasBar({ by })(row) ? row.bytes / row.largest : 0),
          fill: barFill,
        },
      },
    ];
  }

  /** From a product to its devices, from a device or a sensor to its products. */
  #hrefOf(by: "product" | "device" | "sensor", { name, product, deviceId, isNamed }: Row): string {
    const value = by === "product" ? product : by === "device" ? deviceId : isNamed ? name : null;
    if (value === null) return "";
    return pastHref(PATH, this.#asked, { [by]: value, by: by === "product" ? "device" : "product" });
  }
}

/** By device, the ends beyond the network have the same bytes again. */
function hasBar({ by }: Pick<FeedPast, "by">): (row: FeedPastRow) => boolean {
  return ({ isNamed }) => isNamed || by !== "device";
}

function barFill({ isNamed, class: rowClass }: FeedPastRow): string {
  const fill = CLASS_FILLS[rowClass ?? ""];
  return fill ?? (isNamed ? "c-identified" : "c-undecoded");
}

/** A service may be in several classes; a class without a name is one in brackets. */
function areaName({ name, isNamed, isRest, class: rowClass }: FeedPastArea, by: FeedPast["by"]): string {
  if (!isNamed) return plainName(name);
  return by === "service" && !isRest ? `${name}, ${classText(rowClass)}` : name;
}
