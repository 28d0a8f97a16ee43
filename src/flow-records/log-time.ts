/** Parses times in logs: seconds since 1970 with a fraction, milliseconds, and dates. */
import { type Moment, NANOSECONDS, NO_TIME } from "../net/moment.ts";

const DECIMAL = /^(\d{1,10})(?:\.(\d{1,9})\d*)?$/;
/** RFC 3339, also with a space in place of the T, and zones without a colon. */
const DATE = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?(Z|[+-]\d\d:?\d\d)?$/i;
/** Numbers from here on are milliseconds: as seconds they would be in the year 5138. */
const MILLISECONDS_FROM = 1e11;
const NANOSECOND_DIGITS = 9;
/** Logs write no more digits; beyond them, a JSON number contains only rounding errors. */
const NUMBER_DIGITS = 6;
const MILLISECONDS = 1000;

/**
 * Parses a duration in seconds, a number or text; null for anything else, for negative values and for those beyond the
 * range of times.
 */
export function secondsOf(value: unknown): Moment | null {
  const text =
    typeof value === "number" && value >= 0 && value < NO_TIME ? value.toFixed(NUMBER_DIGITS) : value;
  const match = typeof text === "string" ? DECIMAL.exec(text) : null;
  return match === null ? null : checked(Number(match[1]), match[2]);
}

/** Parses a point in time; null for anything else, and for times before 1970 or after 2106. */
export function momentOf(value: unknown): Moment | null {
  if (typeof value === "number" && value >= MILLISECONDS_FROM) {
    return checked(
      Math.floor(value / MILLISECONDS),
      String(Math.floor(value % MILLISECONDS)).padStart(3, "0"),
    );
  }
  const match = typeof value === "string" ? DATE.exec(value) : null;
  if (match === null) return secondsOf(value);
  const [, day, clock, fraction, zone = "Z"] = match;
  if (!isDay(day)) return null;
  const milliseconds = Date.parse(
    `${day}T${clock}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`,
  );
  return Number.isNaN(milliseconds) ? null : checked(milliseconds / MILLISECONDS, fraction);
}

/** `Date.parse` accepts 30 February as 2 March. */
function isDay(text: string): boolean {
  const [year, month, day] = text.split("-").map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function checked(seconds: number, fraction = ""): Moment | null {
  if (seconds < 0 || seconds >= NO_TIME) return null;
  const nanoseconds = Number(fraction.padEnd(NANOSECOND_DIGITS, "0"));
  return nanoseconds >= NANOSECONDS ? null : { seconds, nanoseconds };
}
