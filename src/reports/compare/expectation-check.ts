/** Holds a summary to expectations: what differs, each with its path in the file of expectations. */
import type { ReachVerdict } from "../reach/reach-report.ts";
import type { ComparableProduct, ComparableSummary } from "./comparable-summary.ts";
import type { Expectations, Limit, Limits } from "./expectations.ts";
import { jsonStep } from "./json-cursor.ts";
import { gradesOf } from "./summary-difference.ts";

/** One expectation that is not met. */
export interface Deviation {
  /** Where it stands in the file: `$.products.FaceTime.bytes.estimate`. */
  readonly path: string;
  /** What is wrong, in words that follow on the path. */
  readonly problem: string;
}

export interface CheckResult {
  /** In the order of the file's fields. */
  readonly deviations: readonly Deviation[];
  /** How many expectations were looked at. */
  readonly checked: number;
}

/**
 * Checks every expectation. Pure; owned by the caller.
 *
 * @param tolerance part by which a number may miss one that is expected exactly: 0.05 for 5 %. Limits have none
 */
export function checkExpectations(
  expected: Expectations,
  summary: ComparableSummary,
  tolerance: number,
): CheckResult {
  const check = new Check(tolerance);
  const { complete, ...captureLimits } = expected.capture ?? {};
  if (complete !== undefined) {
    const isComplete = summary.capture.sources.every((source) => source.complete);
    const state = isComplete ? "read to its end" : "not read to its end";
    check.that(isComplete === complete, "$.capture.complete", `is ${complete}, the capture was ${state}`);
  }
  check.limits<"packets" | "bytes">("$.capture", captureLimits, summary.capture);
  check.limits("$.packets", expected.packets, summary.packets);
  check.limits("$.unattributed", expected.unattributed, summary.unattributed);
  const found = new Map(summary.products.map((row) => [row.product, row]));
  for (const [product, limits] of Object.entries(expected.products ?? {})) {
    const path = `$.products${jsonStep(product)}`;
    const row = found.get(product);
    const { verdict, ...numbers } = limits;
    if (verdict !== undefined) check.verdict(`${path}.verdict`, verdict, summary.verdicts, product);
    // Of a product whose name was asked for in vain there is a verdict and nothing else.
    if (verdict !== undefined && Object.keys(numbers).length === 0) continue;
    check.that(row !== undefined, path, "is not in the capture");
    if (row === undefined) continue;
    check.limits(`${path}.flows`, limits.flows, row.flows);
    check.limits(`${path}.packets`, limits.packets, row.packets);
    check.limits(`${path}.bytes`, limits.bytes, row.bytes);
    if (limits.evidence !== undefined) {
      const [wanted, had] = [limits.evidence, gradesOf(row)].map((grades) => [...grades].sort().join(", "));
      const problem = `is ${wanted || "none"}, the capture has ${had || "none"}`;
      check.that(wanted === had, `${path}.evidence`, problem);
    }
  }
  for (const [i, product] of (expected.absent ?? []).entries()) {
    const row = found.get(product);
    check.that(row === undefined, `$.absent[${i}]`, row === undefined ? "" : inCapture(row));
  }
  if (expected.otherProducts === false) {
    const others = summary.products.filter(({ product }) => !Object.hasOwn(expected.products ?? {}, product));
    check.that(true, "$.otherProducts", "");
    for (const row of others) check.add("$.otherProducts", `is false, ${inCapture(row)}`);
  }
  return check;
}

class Check implements CheckResult {
  readonly deviations: Deviation[] = [];
  checked = 0;
  readonly #tolerance: number;

  constructor(tolerance: number) {
    this.#tolerance = tolerance;
  }

  that(isMet: boolean, path: string, problem: string): void {
    this.checked += 1;
    if (!isMet) this.add(path, problem);
  }

  add(path: string, problem: string): void {
    this.deviations.push({ path, problem });
  }

  verdict(
    path: string,
    expected: ReachVerdict,
    verdicts: ComparableSummary["verdicts"],
    product: string,
  ): void {
    const found = verdicts === undefined ? null : (verdicts.get(product) ?? "never-tried");
    const had = found === null ? "a saved summary has no verdicts" : `the capture shows ${found}`;
    this.that(found === expected, path, `needs ${expected}, ${had}`);
  }

  limits<K extends string>(
    path: string,
    limits: Limits<K> | undefined,
    found: Readonly<Record<NoInfer<K>, number>>,
  ): void {
    for (const [name, limit] of Object.entries(limits ?? {}) as [K, Limit][]) {
      const { min, max } = this.#bounds(limit);
      const value = found[name];
      const problem = `needs ${boundsText(limit, min, max)}, the capture has ${value}`;
      this.that(value >= min && value <= max, `${path}.${name}`, problem);
    }
  }

  #bounds(limit: Limit): { min: number; max: number } {
    if (typeof limit !== "number") return { min: limit.min ?? 0, max: limit.max ?? Number.POSITIVE_INFINITY };
    const slack = limit * this.#tolerance;
    return { min: limit - slack, max: limit + slack };
  }
}

function boundsText(limit: Limit, min: number, max: number): string {
  if (typeof limit === "number") return min === max ? `${limit}` : `${limit} (${tidy(min)} to ${tidy(max)})`;
  if (limit.max === undefined) return `at least ${min}`;
  return limit.min === undefined ? `at most ${max}` : `${min} to ${max}`;
}

/** Without the digits that a product of fractions has beyond what was measured. */
function tidy(number: number): number {
  return Math.round(number * 1000) / 1000;
}

function inCapture({ product, bytes }: ComparableProduct): string {
  return `${product} is in the capture: ${bytes.sole} to ${bytes.possible} bytes`;
}
