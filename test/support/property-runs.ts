/**
 * The number of examples of a property test, by the environment variable `APPLEFLOW_TEST_RUNS`: a tenth if unset, so that
 * `npm test` is quick; all with `large`, as in CI; twenty times as many with `long`, as in `npm run test:long`.
 */
const SHARES = new Map([
  [undefined, 0.1],
  ["large", 1],
  ["long", 20],
]);
const VALUE = process.env.APPLEFLOW_TEST_RUNS || undefined;
const share = SHARES.get(VALUE);
if (share === undefined) throw new Error(`APPLEFLOW_TEST_RUNS is "${VALUE}", not large or long`);
const SHARE = share;
/** Minimum number in a small run, if the large run has that many. */
const LEAST = 25;

/** Whether sweeps are exhaustive, however long they take. */
export const IS_EXHAUSTIVE = VALUE === "long";

/** One in N steps of a sweep is taken; all of them in a long run. */
export const SWEEP_STEP = SHARE < 1 ? 4 : SHARE === 1 ? 2 : 1;

/** @param large examples of a large run */
export function propertyRuns(large: number): number {
  return Math.round(SHARE < 1 ? Math.min(large, Math.max(LEAST, large * SHARE)) : large * SHARE);
}
