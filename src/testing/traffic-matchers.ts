/** A matcher for test runners that are extended as vitest and jest are: whether a capture holds the traffic that is expected. */

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

/** What is expected of a capture, as in a file of `appleflow check` but for its `schema`. */
export type ExpectedTraffic = Omit<Expectations, "schema">;

/** Options of {@link checkTraffic}. */
export interface CheckTrafficOptions extends CaptureOptions, Tolerance {}

/** What a matcher gives to the test runner. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What `expect` gets by {@link trafficMatchers}. */
export interface TrafficMatchers<R = Promise<void>> {
  /**
   * Whether the capture whose path is expected holds that traffic.
   *
   * @param expected an object, or the path of a file that `appleflow check --update` wrote
   */
  toHaveTraffic(expected: ExpectedTraffic | string, options?: CheckTrafficOptions): R;
}

/**
 * Holds a capture to what is expected of it, as `appleflow check` does. Owned by the caller.
 *
 * @param capture the path of a capture
 * @param expected an object, or the path of a file of expectations
 * @throws InputError `bad_expectations` for what cannot be expected, `cannot_open` for a file that cannot be read, a capture as well
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
 * Matchers for `expect.extend`. `await expect(path).toHaveTraffic(expected)` fails with what differs, what matters most first; its
 * types come by an interface of the runner's that extends {@link TrafficMatchers}.
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
