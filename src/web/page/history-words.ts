/** What the page says of times and differences. Times are in UTC, as everywhere. */
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

/** Below an axis: the time of day within a day, else with the day, else the day alone. */
export function tickText(seconds: number, span: number): string {
  const text = minuteText(seconds);
  if (span <= DAY_SECONDS) return text.slice(11);
  return span <= 14 * DAY_SECONDS ? text.slice(5) : text.slice(0, 10);
}

/** What is so many weeks back. */
export function weeksText(weeks: number): string {
  return weeks === 1 ? "the week before" : `${weeks} weeks before`;
}

/** `1.2 GB more`, `300 B less`, `as much`; `nothing to compare with` where nothing was recorded. */
export function differenceText(bytes: number, before: number | null): string {
  if (before === null) return NOTHING_BEFORE;
  if (bytes === before) return "as much";
  return `${formatBytes(Math.abs(bytes - before))} ${bytes > before ? "more" : "less"}`;
}

const NOTHING_BEFORE = "nothing to compare with";

/** The answer in one sentence. */
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

/** How it is known what a row is, in a word; "" where nothing has to be said. */
export function classText(rowClass: string | null): string {
  return rowClass !== null && Object.hasOwn(CLASS_WORDS, rowClass) ? CLASS_WORDS[rowClass as FlowClass] : "";
}

/** What has to be known to read the numbers. */
export function noteTexts({ by, before, retold, rows, rowCount }: FeedPast): string[] {
  const notes: string[] = [];
  notes.push(`Sent and received: ${sidesText({ by })}`);
  if (before !== null && before.total !== null && before.begins !== null) {
    notes.push(
      `The history begins at ${minuteText(before.begins)} UTC: of ${weeksText(before.weeks)} it has a part only.`,
    );
  }
  if (before !== null && before.total !== null && before.keptSeconds !== null) {
    notes.push(
      `Of ${weeksText(before.weeks)} buckets of ${formatDuration(before.keptSeconds)} are kept: each counts where it begins, so that the edges of the time are not exact.`,
    );
  }
  if (retold > 0) {
    notes.push(
      `${formatBytes(retold)} were told while their flows lived, and belong elsewhere by what was seen later.`,
    );
  }
  if (rowCount > rows.length)
    notes.push(`These are the ${rows.length} rows with most bytes, of ${rowCount}.`);
  return notes;
}

/** Whether only a part of the traffic is asked for. */
function isChosen(asked: URLSearchParams): boolean {
  return ["device", "product", "sensor"].some((name) => (asked.get(name) ?? "") !== "");
}

/** Why there is nothing to show; `asked`: for what. Hostile text. */
export function emptyText(past: FeedPast, asked: URLSearchParams): string {
  const [unknown] = past.unknown;
  if (unknown !== undefined) return `No ${unknown} in this history is called ${asked.get(unknown)}.`;
  return past.start === null
    ? "This history has nothing yet."
    : `There is no ${isChosen(asked) ? "such " : ""}traffic ${timeText(past)}.`;
}
