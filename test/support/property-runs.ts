/**
 * How many examples a property test tries: few by default, so that `npm test` is quick, and all of them where the environment
 * has `APPLEFLOW_TEST_RUNS=large`, as CI has.
 */
const IS_LARGE = process.env.APPLEFLOW_TEST_RUNS === "large";
/** By default a property is tried with one in so many examples, */
const SHARE = 10;
/** but with no fewer than so many of them. */
const LEAST = 25;

/** @param large examples of a large run */
export function propertyRuns(large: number): number {
  return IS_LARGE ? large : Math.min(large, Math.max(LEAST, Math.round(large / SHARE)));
}
