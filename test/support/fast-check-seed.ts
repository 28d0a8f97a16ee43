/**
 * Property tests look for new examples on every run of a developer. In CI they repeat the same ones: a change must not
 * fail there by a chance that it has nothing to do with. Where a property does not say how many it tries, it tries a hundred,
 * and more in a long run.
 */
import fc from "fast-check";
import { IS_EXHAUSTIVE, propertyRuns } from "./property-runs.ts";

const USUAL_RUNS = 100;

fc.configureGlobal({
  ...fc.readConfigureGlobal(),
  ...(process.env.CI !== undefined && { seed: 20_261_123 }),
  numRuns: IS_EXHAUSTIVE ? propertyRuns(USUAL_RUNS) : USUAL_RUNS,
});
