/**
 * A matcher for test runners with the extension interface of vitest and jest: whether a capture contains the expected
 * traffic.
 */

import { reach } from "../engine/reach.ts";
import type { CaptureOptions } from "../engine/read-captures.ts";
import { summaryStatus } from "../engine/summarize.ts";
import { InputError } from "../errors.ts";
import { loadServiceTable } from "../knowledge/port-list/load-service-table.ts";
import { deviationLines } from "../render/render-check.ts";
import { withVerdicts } from "../reports/compare/comparable-summary.ts";
import { type CheckResult, checkExpectations, type Tolerance } from "../reports/compare/expectation-check.ts";
import { EXPECTED_SCHEMA, type Expectations, parseExpectations } from "../reports/compare/expectations.ts";
import { loadExpectations } from "../reports/compare/load-expectations.ts";

/** Expected traffic of a capture, as in a file of `appleflow check` but without `schema`. */
export type ExpectedTraffic = Omit<Expectations, "schema">;

/** Options of {@link checkTraffic}. */
export interface CheckTrafficOptions extends CaptureOptions, Tolerance {}

/** Result that a matcher returns to the test runner. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Matchers that {@link trafficMatchers} adds to `expect`. */
export interface TrafficMatchers<R = Promise<void>> {
  /**
   * Asserts that the capture at the given path contains that traffic.
   *
   * @param expected an object, or the path of a file that `appleflow check --update` wrote
   */
  toHaveTraffic(expected: ExpectedTraffic | string, options?: CheckTrafficOptions): R;
}

/**
 * Checks a capture against expectations, like `appleflow check`. The caller owns the result.
 *
 * @param capture the path of a capture
 * @param expected an object, or the path of a file of expectations
 * @throws InputError `bad_expectations` for invalid expectations, `cannot_open` for an unreadable file or capture
 *
 * @example
 * ```ts
 * import { checkTraffic } from "appleflow/testing";
 *
 * const { deviations } = await checkTraffic("office.pcapng", { absent: ["Xsan"] });
 * for (const { subject, what, problem } of deviations) console.log(subject, what, problem);
 * ```
 */
export async function checkTraffic(
  capture: string,
  expected: ExpectedTraffic | string,
  { part = 0, slack = 0, ...reading }: CheckTrafficOptions = {},
): Promise<CheckResult> {
  const services = reading.services ?? loadServiceTable();
  const productNamed = (name: string) => services.product(name)?.name ?? null;
  const expectations =
    typeof expected === "string"
      ? loadExpectations(expected, productNamed)
      : parseExpectations(JSON.stringify({ schema: EXPECTED_SCHEMA, ...expected }), "expected", productNamed);
  const { summary, report } = await reach([capture], { ...reading, services });
  if (summaryStatus(summary) === NOTHING_READ) {
    const reasons = summary.capture.sources.flatMap(({ error }) => error?.message ?? []);
    throw new InputError("cannot_open", reasons.join("; ") || `${capture}: nothing could be read`);
  }
  return checkExpectations(expectations, withVerdicts(summary, report), { part, slack });
}

const NOTHING_READ = 3;

/**
 * Matchers for `expect.extend`. `await expect(path).toHaveTraffic(expected)` fails with the deviations, most important
 * first. For its types, extend an interface of the test runner with {@link TrafficMatchers}.
 *
 * @example
 * ```ts
 * import { trafficMatchers } from "appleflow/testing";
 *
 * declare const expect: { extend(matchers: object): void; (actual: string): { toHaveTraffic(expected: object): Promise<void> } };
 * expect.extend(trafficMatchers);
 * await expect("office.pcapng").toHaveTraffic({ products: { "Software Update": { verdict: "works" } } });
 * ```
 */
export const trafficMatchers = {
  async toHaveTraffic(
    capture: unknown,
    expected: ExpectedTraffic | string,
    options: CheckTrafficOptions = {},
  ): Promise<MatcherResult> {
    if (typeof capture !== "string") throw new TypeError("toHaveTraffic needs the path of a capture");
    const { assertions, deviations } = await checkTraffic(capture, expected, options);
    const differ = `${deviations.length} of ${assertions.length} differ`;
    return {
      pass: deviations.length === 0,
      message: () =>
        deviations.length === 0
          ? `${capture} meets all ${assertions.length} expectations, but should not`
          : [`${capture}: ${differ}`, ...deviationLines(deviations)].join("\n"),
    };
  },
};
