/**
 * How many examples a property test tries, by the environment variable `APPLEFLOW_TEST_RUNS`: a tenth of them where it is not
 * set, so that `npm test` is quick; `large`, as CI has it, all of them; `long`, as `npm run test:long` has it, twenty times
 * as many.
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
/** A small run tries no fewer than so many, where the large one does. */
const LEAST = 25;

/** Whether sweeps leave nothing out, however long they take. */
export const IS_EXHAUSTIVE = VALUE === "long";

/** One step of a sweep in so many is taken; all of them in a long run. */
export const SWEEP_STEP = SHARE < 1 ? 4 : SHARE === 1 ? 2 : 1;

/** @param large examples of a large run */
export function propertyRuns(large: number): number {
  return Math.round(SHARE < 1 ? Math.min(large, Math.max(LEAST, large * SHARE)) : large * SHARE);
}
