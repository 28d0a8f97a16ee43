/** The time that the page queries, parsed from an address. */
import { InputError } from "../errors.ts";
import type { HistoryExtent } from "../reports/history/history-report.ts";
import type { FeedPastTime } from "./page-feed.ts";

const DAY_SECONDS = 86_400;

/** Ranges that end now, by name, in seconds; `all` is the whole history. */
export const HISTORY_RANGES = {
  "1h": 3600,
  "24h": DAY_SECONDS,
  "7d": 7 * DAY_SECONDS,
  "30d": 30 * DAY_SECONDS,
  all: null,
} as const;

type RangeName = keyof typeof HISTORY_RANGES;

/** The format of a date and time field in browsers. It is read as UTC. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z?$/;

/**
 * The time of `range`, or of `from` and `to` (`2026-11-30T09:30`, UTC); default: a day up to now, or the whole history
 * if that day has no data. `now`: seconds since 1970.
 *
 * @throws InputError `bad_argument` for an invalid time or range, with the valid ones, and for `from` not before `to`
 */
export function historyTimeOf(asked: URLSearchParams, extent: HistoryExtent, now: number): FeedPastTime {
  const [from, to] = [timeOf(asked, "from"), timeOf(asked, "to")];
  const { start, end } = extent;
  const whole = { from: start ?? now - DAY_SECONDS, to: end ?? now };
  if (from !== null && to !== null) {
    if (from >= to) throw new InputError("bad_argument", "from must be before to");
    return { range: null, from, to, start, end };
  }
  // Of a time before the history, or in the future, there is nothing.
  if (from !== null) return { range: null, from, to: Math.max(now, whole.to, from), start, end };
  if (to !== null) return { range: null, from: Math.min(whole.from, to), to, start, end };
  const wanted = asked.get("range") || null;
  if (wanted !== null && !isRange(wanted)) {
    throw notOneOf("range", wanted, Object.keys(HISTORY_RANGES));
  }
  const isRecent = end === null || end > now - DAY_SECONDS;
  const range = wanted ?? (isRecent ? "24h" : "all");
  const seconds = HISTORY_RANGES[range];
  return { range, ...(seconds === null ? whole : { from: now - seconds, to: now }), start, end };
}

function isRange(name: string): name is RangeName {
  return Object.hasOwn(HISTORY_RANGES, name);
}

/** Seconds since 1970; null if not given. */
function timeOf(asked: URLSearchParams, name: "from" | "to"): number | null {
  const text = asked.get(name) || null;
  if (text === null) return null;
  const time = TIME.test(text) ? Date.parse(text.endsWith("Z") ? text : `${text}Z`) : Number.NaN;
  // `Date.parse` accepts 31 February as 3 March.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text.replace("Z", ""))) {
    throw new InputError("bad_argument", `${name}: "${text}" is not a time such as 2026-11-30T09:30, in UTC`);
  }
  return Math.max(0, time / 1000);
}

/** The error for a value that is not one of the valid ones. */
export function notOneOf(name: string, text: string, allowed: readonly string[]): InputError {
  return new InputError("bad_argument", `${name}: "${text}" is not one of ${allowed.join(", ")}`);
}
