/** Times of records: seconds since 1970 and nanoseconds, in two 32-bit numbers, exact. */

const NANOSECONDS = 1_000_000_000;
/** The last second that can be told apart from `NO_TIME`: 2106-02-07T06:28:14Z. */
export const MAX_SECONDS = 0xfffffffe;

/** Decimal digits needed to write `unitsPerSecond` parts of a second, at most 9. */
export function digitsOf(unitsPerSecond: number): number {
  for (let digits = 0, power = 1; digits < 9; digits++, power *= 10)
    if (power >= unitsPerSecond) return digits;
  return 9;
}

/** Nanoseconds in one unit of a fraction of a second; may be fractional. */
export function nanosecondsPerUnit(unitsPerSecond: number): number {
  return NANOSECONDS / unitsPerSecond;
}
