/** Holds a summary to expectations: what differs, each with its path in the file of expectations. */
import { FLOW_CLASSES } from "../../evidence/attribution/evidence.ts";
import type { ReachVerdict } from "../reach/reach-report.ts";
import type { Claims } from "../traffic/summary.ts";
import type { ComparableProduct, ComparableSummary } from "./comparable-summary.ts";
import type { Expectations, Limit, Limits, ProductExpectation } from "./expectations.ts";
import { jsonStep } from "./json-cursor.ts";
import { gradesOf, NO_CLAIMS, namedTraffic } from "./named-traffic.ts";

/** One expectation that is not met. */
export interface Deviation {
  /** Where it stands in the file: `$.products.FaceTime.identified.bytes`. */
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
  for (const name of FLOW_CLASSES) {
    check.limits(`$.classes.${name}`, expected.classes?.[name], summary.classes[name]);
  }
  const found = new Map(summary.products.map((row) => [row.product, row]));
  for (const [product, limits] of Object.entries(expected.products ?? {})) {
    const path = `$.products${jsonStep(product)}`;
    if (limits.verdict !== undefined) {
      check.verdict(`${path}.verdict`, limits.verdict, summary.verdicts, product);
    }
    check.product(path, limits, found.get(product));
  }
  for (const [i, product] of (expected.absent ?? []).entries()) {
    const row = found.get(product);
    const isNamed = row !== undefined && isNamedIn(row);
    check.that(!isNamed, `$.absent[${i}]`, isNamed ? inCapture(row) : "");
  }
  if (expected.otherProducts === false) {
    const others = summary.products.filter(
      (row) => isNamedIn(row) && !Object.hasOwn(expected.products ?? {}, row.product),
    );
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

  /** What is expected of a product but for its verdict; `row`: undefined where the capture has nothing of it. */
  product(path: string, expected: ProductExpectation, row: ComparableProduct | undefined): void {
    const claims: Claims = row ?? NO_CLAIMS;
    const grades = row === undefined ? [] : gradesOf(row);
    const isNamed = row !== undefined && isNamedIn(row);
    const start = this.deviations.length;
    if (Object.keys(expected).length === 0) this.that(isNamed, path, "");
    this.limits(`${path}.identified`, expected.identified, claims.identified);
    this.limits(`${path}.oneOf`, expected.oneOf, claims.oneOf);
    if (expected.evidence !== undefined) {
      const [wanted, had] = [expected.evidence, grades].map((names) => [...names].sort().join(", "));
      const problem = `is ${wanted || "none"}, the capture has ${had || "none"}`;
      this.that(wanted === had, `${path}.evidence`, problem);
    }
    if (!isNamed && this.deviations.length > start) {
      // One line says it all.
      this.deviations.length = start;
      const { bytes } = claims.possible;
      const port = bytes === 0 ? "" : `; a port allows it for ${bytes} bytes`;
      this.add(path, `is named by nothing in the capture${port}`);
    }
    this.limits(`${path}.possible`, expected.possible, claims.possible);
    this.limits(`${path}.possibleOnly`, expected.possibleOnly, claims.possibleOnly);
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

function isNamedIn(row: ComparableProduct): boolean {
  return namedTraffic(row).flows > 0;
}

function inCapture(row: ComparableProduct): string {
  const how = row.identified.flows > 0 ? "" : ", as one of several";
  return `${row.product} is in the capture: ${namedTraffic(row).bytes} bytes by ${gradesOf(row).join(", ")}${how}`;
}
