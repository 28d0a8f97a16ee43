/** Texts on times and differences. Times are in UTC, as everywhere. */
import type { FlowClass } from "../../evidence/attribution/evidence.ts";
import { CLASS_WORDS } from "../../render/class-words.ts";
import { sidesText } from "../../render/history-sides.ts";
import { formatBytes, formatDuration } from "../../render/render-units.ts";
import type { FeedPast, FeedPastTime } from "../page-feed.ts";

const DAY_SECONDS = 86_400;

/** `2026-11-30 09:30`. `seconds` since 1970. */
export function minuteText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}

/** Axis labels: the time of day within a day, else with the date, else the date alone. */
export function tickText(seconds: number, span: number): string {
  const text = minuteText(seconds);
  if (span <= DAY_SECONDS) return text.slice(11);
  return span <= 14 * DAY_SECONDS ? text.slice(5) : text.slice(0, 10);
}

/** The time this many weeks earlier. */
export function weeksText(weeks: number): string {
  return weeks === 1 ? "the week before" : `${weeks} weeks before`;
}

/** `1.2 GB more`, `300 B less`, `as much`; `nothing to compare with` if nothing was recorded. */
export function differenceText(bytes: number, before: number | null): string {
  if (before === null) return NOTHING_BEFORE;
  if (bytes === before) return "as much";
  return `${formatBytes(Math.abs(bytes - before))} ${bytes > before ? "more" : "less"}`;
}

const NOTHING_BEFORE = "nothing to compare with";

/** The result in one sentence. */
export function headlineText(past: FeedPast): string {
  const { total, before } = past;
  const moved = `${formatBytes(total)} ${timeText(past)}`;
  if (before === null) return moved;
  if (before.total === null)
    return `${moved}; ${NOTHING_BEFORE}: nothing was recorded ${weeksText(before.weeks)}`;
  const difference = differenceText(total, before.total);
  return `${moved}, ${difference} ${total === before.total ? "as" : "than"} ${weeksText(before.weeks)}`;
}

/** `from 2026-11-30 09:30 to 2026-11-30 10:30 UTC` */
export function timeText({ from, to }: FeedPastTime): string {
  return `from ${minuteText(from)} to ${minuteText(to)} UTC`;
}

/** How a row is known, in a word; "" if nothing needs saying. */
export function classText(rowClass: string | null): string {
  return rowClass !== null && Object.hasOwn(CLASS_WORDS, rowClass) ? CLASS_WORDS[rowClass as FlowClass] : "";
}

/** Caveats on the numbers. */
export function noteTexts({ by, before, retold, rows, rowCount }: FeedPast): string[] {
  const notes: string[] = [];
  notes.push(`Sent and received: ${sidesText({ by })}`);
  if (before !== null && before.total !== null && before.begins !== null) {
    notes.push(
      `The history begins at ${minuteText(before.begins)} UTC: it covers only part of ${weeksText(before.weeks)}.`,
    );
  }
  if (before !== null && before.total !== null && before.keptSeconds !== null) {
    notes.push(
      `For ${weeksText(before.weeks)}, only buckets of ${formatDuration(before.keptSeconds)} are kept: each counts where it begins, so the edges are not exact.`,
    );
  }
  if (retold > 0) {
    notes.push(
      `${formatBytes(retold)} were counted while their flows were live, and later evidence attributes them to something else.`,
    );
  }
  if (rowCount > rows.length) notes.push(`Showing the ${rows.length} largest of ${rowCount} rows.`);
  return notes;
}

/** Whether only a part of the traffic is requested. */
function isChosen(asked: URLSearchParams): boolean {
  return ["device", "product", "sensor"].some((name) => (asked.get(name) ?? "") !== "");
}

/** Why the result is empty; `asked`: the query. Hostile text. */
export function emptyText(past: FeedPast, asked: URLSearchParams): string {
  const [unknown] = past.unknown;
  if (unknown !== undefined) return `No ${unknown} in this history is called ${asked.get(unknown)}.`;
  return past.start === null
    ? "This history is empty."
    : `There is no ${isChosen(asked) ? "such " : ""}traffic ${timeText(past)}.`;
}
