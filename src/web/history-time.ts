/** The time that the page queries, parsed from an address: anything invalid is ignored. */
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
 */
export function historyTimeOf(asked: URLSearchParams, extent: HistoryExtent, now: number): FeedPastTime {
  const [from, to] = [timeOf(asked.get("from")), timeOf(asked.get("to"))];
  const { start, end } = extent;
  const whole = { from: start ?? now - DAY_SECONDS, to: end ?? now };
  if (from !== null || to !== null) {
    return { range: null, from: from ?? whole.from, to: to ?? Math.max(now, whole.to), start, end };
  }
  const wanted = asked.get("range");
  const isRecent = end === null || end > now - DAY_SECONDS;
  const range = isRange(wanted) ? wanted : isRecent ? "24h" : "all";
  const seconds = HISTORY_RANGES[range];
  return { range, ...(seconds === null ? whole : { from: now - seconds, to: now }), start, end };
}

function isRange(name: string | null): name is RangeName {
  return name !== null && Object.hasOwn(HISTORY_RANGES, name);
}

/** Seconds since 1970; null if invalid. */
function timeOf(text: string | null): number | null {
  if (text === null || !TIME.test(text)) return null;
  const time = Date.parse(text.endsWith("Z") ? text : `${text}Z`);
  return Number.isNaN(time) ? null : Math.max(0, time / 1000);
}
