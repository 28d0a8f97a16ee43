/** How long the buckets of an answer are where nobody says it. */

const DAY_SECONDS = 86_400;
/** At most so many buckets. */
const MOST_BUCKETS = 60;
/** Seconds that people can name. */
const LENGTHS = [
  60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600,
  2_592_000,
];

/** The shortest length of buckets that people can name of which a span of time, in seconds, has not too many. */
export function lengthFor(span: number): number {
  return (
    LENGTHS.find((length) => span / length <= MOST_BUCKETS) ??
    Math.ceil(span / MOST_BUCKETS / DAY_SECONDS) * DAY_SECONDS
  );
}
