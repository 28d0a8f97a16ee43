/** Default length of the buckets of an answer. */

const DAY_SECONDS = 86_400;
/** Maximum number of buckets. */
const MAX_BUCKETS = 60;
/** Round lengths, in seconds. */
const LENGTHS = [
  60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600,
  2_592_000,
];

/** The shortest round bucket length that divides a span of time (in seconds) into at most `MAX_BUCKETS` buckets. */
export function lengthFor(span: number): number {
  return (
    LENGTHS.find((length) => span / length <= MAX_BUCKETS) ??
    Math.ceil(span / MAX_BUCKETS / DAY_SECONDS) * DAY_SECONDS
  );
}
