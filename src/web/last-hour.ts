/** Traffic of the last hour, in columns of a few seconds, by family: the initial data of a page that is opened later. */
import type { IntervalReport } from "../engine/interval-report.ts";
import { rowNames } from "../render/named-rows.ts";
import type { ColumnPart, FeedColumn } from "./page-feed.ts";

const COLUMN_SECONDS = 5;
const MOST_COLUMNS = 3600 / COLUMN_SECONDS;
/** Maximum number of families in one column; the others are merged, and each other class has its name. */
const MOST_PARTS = 40;

/** The columns. */
export class LastHour {
  #columns: FeedColumn[] = [];

  /** Adds the traffic of an interval; returns its column. */
  add({ time, intervalSeconds, summary, traffic }: IntervalReport): FeedColumn {
    const start = Math.floor(Date.parse(time) / 1000 / COLUMN_SECONDS) * COLUMN_SECONDS;
    const last = this.#columns.at(-1);
    // A clock that was set back starts no new column.
    const own = last !== undefined && last.start >= start ? last : null;
    const parts = new Map((own?.parts ?? []).map((part) => [part.name, part]));
    const nameOf = rowNames(summary, "family");
    const groups = new Map(summary.groups.map((group) => [group.id, group]));
    for (const { id, bytes } of traffic.groups) {
      const group = groups.get(id);
      if (group === undefined) continue;
      const wanted = nameOf(group);
      const name =
        parts.has(wanted) || parts.size < MOST_PARTS || group.class !== "identified"
          ? wanted
          : "several families";
      parts.set(name, { name, class: group.class, bytes: (parts.get(name)?.bytes ?? 0) + bytes });
    }
    const column = {
      start: own?.start ?? start,
      seconds: (own?.seconds ?? 0) + intervalSeconds,
      parts: [...parts.values()].filter((part: ColumnPart) => part.bytes > 0),
    };
    this.#columns = [...(own === null ? this.#columns : this.#columns.slice(0, -1)), column].slice(
      -MOST_COLUMNS,
    );
    return column;
  }

  /** Oldest first. */
  get columns(): readonly FeedColumn[] {
    return this.#columns;
  }
}
