/** Parses the times of `--from` and `--to`, exact to the nanosecond. */
import { InvalidArgumentError } from "commander";
import type { Moment } from "../net/moment.ts";

const EPOCH_SECONDS = /^(\d{1,10})(?:\.(\d{1,9}))?$/;
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

const NEEDED =
  "It needs a time such as 2026-01-31, 2026-01-31T09:30:00Z, 2026-01-31T10:30:00.5+01:00 " +
  "or 1769851800.5 (seconds since 1970); without a zone it is UTC, and seconds have at most 9 decimals.";

/** A time as the user gave it. */
export interface GivenTime extends Moment {
  /** The text of a time without a zone, which was read as UTC. */
  readonly withoutZone?: string;
}

/**
 * Parses RFC 3339; a date, or date and time without a zone (UTC); or seconds since 1970.
 *
 * @throws InvalidArgumentError for anything else, including 30 February
 */
export function parseTime(text: string): GivenTime {
  const epoch = EPOCH_SECONDS.exec(text);
  if (epoch !== null) return { seconds: Number(epoch[1]), nanoseconds: nanosecondsOf(epoch[2]) };
  const match = DATE_TIME.exec(text);
  if (match === null) throw new InvalidArgumentError(NEEDED);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const written = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  // Dates that do not exist roll over into others.
  if (written.join() !== [year, month, day, hour, minute, second].join()) {
    throw new InvalidArgumentError(NEEDED);
  }
  return {
    seconds: date.getTime() / 1000 - offsetSeconds(match[8] ?? "Z"),
    nanoseconds: nanosecondsOf(match[7]),
    ...(match[8] === undefined && { withoutZone: text }),
  };
}

function nanosecondsOf(fraction = ""): number {
  return Number(fraction.padEnd(9, "0"));
}

function offsetSeconds(zone: string): number {
  if (zone.toUpperCase() === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) throw new InvalidArgumentError(NEEDED);
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
}
