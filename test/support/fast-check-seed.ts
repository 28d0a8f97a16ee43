/**
 * Property tests try new examples on every developer run. In CI they repeat the same ones: a change must not fail there by
 * unrelated chance. The default number of examples is a hundred, more in a long run.
 */
import fc from "fast-check";
import { IS_EXHAUSTIVE, propertyRuns } from "./property-runs.ts";

const USUAL_RUNS = 100;

fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  ...(process.env.CI !== undefined && { seed: 20_261_123 }),
  numRuns: IS_EXHAUSTIVE ? propertyRuns(USUAL_RUNS) : USUAL_RUNS,
});
