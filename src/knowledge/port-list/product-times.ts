/** When products were introduced and ended: dates as exact as is known, "2013-10-22", "2013-10" or "2013", in UTC. */

import type { Product, ProductEnd } from "./product.ts";

/** The columns for this in both product files. */
export const TIME_COLUMNS = ["begun", "begun_source", "ended", "ended_source", "end_kind"] as const;
/** A column of {@link TIME_COLUMNS}. */
export type TimeColumn = (typeof TIME_COLUMNS)[number];

const NOTHING = "—";

/** The parsed columns of a product. */
export type ProductTimes = Pick<Product, "begun" | "ended" | "begunAtSeconds" | "closedAtSeconds">;

/**
 * @param fail creates the error to throw
 * @throws the error of `fail`, for a date without a source or the reverse, an invalid date, an unknown kind of end, and an
 *   end before the beginning
 */
export function readProductTimes(
  cells: Readonly<Record<TimeColumn, string>>,
  fail: (problem: string) => Error,
): ProductTimes {
  if (isNothing(cells.begun) !== isNothing(cells.begun_source)) {
    throw fail("a beginning needs both a date and a source");
  }
  const without = [cells.ended, cells.ended_source, cells.end_kind].filter(isNothing).length;
  if (without > 0 && without < 3) throw fail("an end needs a date, a source and a kind");
  const first = spanOf(cells.begun, fail);
  const last = spanOf(cells.ended, fail);
  if (first !== null && last !== null && last.end <= first.start) {
    throw fail(`it ended ${cells.ended}, before it began ${cells.begun}`);
  }
  const how = last === null ? null : endKind(cells.end_kind, fail);
  return {
    begun: first === null ? null : Object.freeze({ date: cells.begun, source: cells.begun_source }),
    ended: how === null ? null : Object.freeze({ date: cells.ended, how, source: cells.ended_source }),
    begunAtSeconds: first?.start ?? null,
    closedAtSeconds: how === "closed" ? (last?.end ?? null) : null,
  };
}

function isNothing(cell: string): boolean {
  return cell === NOTHING || cell === "";
}

function endKind(cell: string, fail: (problem: string) => Error): ProductEnd["how"] {
  if (cell !== "closed" && cell !== "withdrawn") {
    throw fail(`end_kind "${cell}" is not one of closed, withdrawn, ${NOTHING}`);
  }
  return cell;
}

/** The first second that a date includes, and the first one after it, since 1970; null for "—". */
function spanOf(date: string, fail: (problem: string) => Error): { start: number; end: number } | null {
  if (isNothing(date)) return null;
  const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(date);
  const [year, month, day] = (parts ?? []).slice(1).map((part) => (part ? Number(part) : null));
  const start = new Date(Date.UTC(year ?? Number.NaN, (month ?? 1) - 1, day ?? 1));
  // JavaScript dates roll a nonexistent month or day over into the next one.
  if (parts === null || start.getUTCMonth() !== (month ?? 1) - 1 || start.getUTCDate() !== (day ?? 1)) {
    throw fail(`"${date}" is not a date YYYY[-MM[-DD]]`);
  }
  const end = new Date(start);
  if (day !== null) end.setUTCDate(end.getUTCDate() + 1);
  else if (month !== null) end.setUTCMonth(end.getUTCMonth() + 1);
  else end.setUTCFullYear(end.getUTCFullYear() + 1);
  return { start: start.getTime() / 1000, end: end.getTime() / 1000 };
}
