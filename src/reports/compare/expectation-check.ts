/** Checks a summary against expectations and reports each difference with its path in the expectations file. */

import { FLOW_CLASSES } from "../../evidence/attribution/evidence.ts";
import { isReadWhole } from "../completeness.ts";
import { isSameVerdict, type ReachVerdict } from "../reach/reach-report.ts";
import type { Claims } from "../traffic/summary.ts";
import type { ComparableProduct, ComparableSummary } from "./comparable-summary.ts";
import type { Expectations, Limit, Limits, ProductExpectation } from "./expectations.ts";
import { jsonStep } from "./json-cursor.ts";
import { gradesOf, NO_CLAIMS, namedTraffic } from "./named-traffic.ts";

/** One expectation, met or not. */
export interface Assertion {
  /** Path in the file: `$.products.FaceTime.identified.bytes`. */
  readonly path: string;
  /** Subject: a product, or a part of the file ("capture", "packets"). */
  readonly subject: string;
  /** The aspect of the subject, in words: "identified.bytes", "verdict"; empty for the whole. */
  readonly what: string;
  /** The problem, in words that continue `subject` and `what`; null if the expectation is met. */
  readonly problem: string | null;
}

/** An unmet expectation. */
export interface Deviation extends Assertion {
  readonly problem: string;
}

/** Every expectation, and the unmet ones. Owned by the caller. */
export interface CheckResult {
  /** In the order of the file's fields. */
  readonly assertions: readonly Assertion[];
  /** Unmet ones, most important first: verdicts, missing products, unexpected products, numbers. */
  readonly deviations: readonly Deviation[];
}

/** How far a number may deviate from an exact expectation. Limits have no tolerance. */
export interface Tolerance {
  /** A fraction of the expected number: 0.05 for 5 %. */
  readonly part?: number;
  /** An absolute deviation, which also applies to an expected 0. The larger of the two is used. */
  readonly slack?: number;
}

/** Checks every expectation. Pure; owned by the caller. */
export function checkExpectations(
  expected: Expectations,
  summary: ComparableSummary,
  tolerance: Tolerance = {},
): CheckResult {
  const check = new Check(tolerance);
  const { complete, ...captureLimits } = expected.capture ?? {};
  if (complete !== undefined) {
    const isComplete = isReadWhole(summary.capture);
    const state = isComplete ? "read to its end" : "not read to its end";
    const place = { path: "$.capture", subject: "capture", rank: Rank.CAPTURE };
    check.that(isComplete === complete, place, "complete", `is ${complete}, the capture was ${state}`);
  }
  check.limits<"packets" | "bytes">(
    { path: "$.capture", subject: "capture", rank: Rank.CAPTURE },
    captureLimits,
    summary.capture,
  );
  check.limits(
    { path: "$.packets", subject: "packets", rank: Rank.PACKETS },
    expected.packets,
    summary.packets,
  );
  for (const name of FLOW_CLASSES) {
    const place = { path: `$.classes.${name}`, subject: `class ${name}`, rank: Rank.CLASSES };
    check.limits(place, expected.classes?.[name], summary.classes[name]);
  }
  const found = new Map(summary.products.map((row) => [row.product, row]));
  for (const [product, limits] of Object.entries(expected.products ?? {})) {
    const path = `$.products${jsonStep(product)}`;
    if (limits.verdict !== undefined) check.verdict(path, limits.verdict, summary.verdicts, product);
    check.product(path, product, limits, found.get(product));
  }
  for (const [i, product] of (expected.absent ?? []).entries()) {
    const row = found.get(product);
    const isNamed = row !== undefined && isNamedIn(row);
    const place = { path: `$.absent[${i}]`, subject: product, rank: Rank.TOO_MANY };
    check.that(!isNamed, place, "", isNamed ? inCapture(row) : "");
  }
  if (expected.otherProducts === false) {
    const others = summary.products.filter(
      (row) => isNamedIn(row) && !Object.hasOwn(expected.products ?? {}, row.product),
    );
    const place = { path: "$.otherProducts", subject: "other products", rank: Rank.TOO_MANY };
    if (others.length === 0) check.that(true, place, "", "");
    for (const row of others) check.that(false, { ...place, subject: row.product }, "", inCapture(row));
  }
  return check;
}

/** The most important problems come first. */
const Rank = {
  VERDICT: 0,
  MISSING: 1,
  TOO_MANY: 2,
  EVIDENCE: 3,
  NUMBERS: 4,
  CLASSES: 5,
  CAPTURE: 6,
  PACKETS: 7,
} as const;

/** Position and subject of expectations. */
interface Place {
  readonly path: string;
  readonly subject: string;
  readonly rank: number;
}

interface RankedAssertion extends Assertion {
  readonly rank: number;
}

class Check implements CheckResult {
  readonly #assertions: RankedAssertion[] = [];
  readonly #tolerance: Tolerance;

  constructor(tolerance: Tolerance) {
    this.#tolerance = tolerance;
  }

  get assertions(): readonly Assertion[] {
    return this.#assertions.map(withoutRank);
  }

  get deviations(): readonly Deviation[] {
    const unmet = this.#assertions.filter(({ problem }) => problem !== null);
    return unmet.sort((a, b) => a.rank - b.rank).map(withoutRank) as Deviation[];
  }

  that(isMet: boolean, { path, subject, rank }: Place, what: string, problem: string): void {
    this.#assertions.push({
      path: what === "" ? path : `${path}.${what}`,
      subject,
      what,
      problem: isMet ? null : problem,
      rank,
    });
  }

  verdict(
    path: string,
    expected: ReachVerdict,
    verdicts: ComparableSummary["verdicts"],
    product: string,
  ): void {
    const found = verdicts === undefined ? null : (verdicts.get(product) ?? "never-tried");
    const had = found === null ? "only a capture has verdicts" : `the capture shows ${found}`;
    const place = { path, subject: product, rank: Rank.VERDICT };
    this.that(
      found !== null && isSameVerdict(found, expected),
      place,
      "verdict",
      `needs ${expected}, ${had}`,
    );
  }

  /** Checks all expectations of a product except its verdict; `row` is undefined if the capture has no traffic of it. */
  product(
    path: string,
    product: string,
    expected: ProductExpectation,
    row: ComparableProduct | undefined,
  ): void {
    const claims: Claims = row ?? NO_CLAIMS;
    const grades = row === undefined ? [] : gradesOf(row);
    const isNamed = row !== undefined && isNamedIn(row);
    const start = this.#assertions.length;
    const place = { path, subject: product, rank: Rank.NUMBERS };
    if (Object.keys(expected).length === 0) this.that(isNamed, place, "", "");
    this.limits(place, expected.identified, claims.identified, "identified");
    this.limits(place, expected.oneOf, claims.oneOf, "oneOf");
    if (expected.evidence !== undefined) {
      const [wanted, had] = [expected.evidence, grades].map((names) => [...names].sort().join(", "));
      const problem = `is ${wanted || "none"}, the capture has ${had || "none"}`;
      this.that(wanted === had, { ...place, rank: Rank.EVIDENCE }, "evidence", problem);
    }
    if (!isNamed && this.#assertions.slice(start).some(({ problem }) => problem !== null)) {
      // Replace all assertions of the product by this one.
      this.#assertions.length = start;
      const { bytes } = claims.possible;
      const port = bytes === 0 ? "" : `; a port allows it for ${bytes} bytes`;
      this.that(false, { ...place, rank: Rank.MISSING }, "", `has no evidence in the capture${port}`);
    }
    this.limits(place, expected.possible, claims.possible, "possible");
    this.limits(place, expected.possibleOnly, claims.possibleOnly, "possibleOnly");
  }

  /** @param part field that contains the limits, if it is not the place itself */
  limits<K extends string>(
    place: Place,
    limits: Limits<K> | undefined,
    found: Readonly<Record<NoInfer<K>, number>>,
    part = "",
  ): void {
    for (const [name, limit] of Object.entries(limits ?? {}) as [K, Limit][]) {
      const { min, max } = this.#bounds(limit);
      const value = found[name];
      const problem = `needs ${boundsText(limit, min, max)}, the capture has ${value}`;
      this.that(value >= min && value <= max, place, part === "" ? name : `${part}.${name}`, problem);
    }
  }

  #bounds(limit: Limit): { min: number; max: number } {
    if (typeof limit !== "number") return { min: limit.min ?? 0, max: limit.max ?? Number.POSITIVE_INFINITY };
    const { part = 0, slack = 0 } = this.#tolerance;
    const most = Math.max(limit * part, slack);
    return { min: Math.max(0, limit - most), max: limit + most };
  }
}

function withoutRank({ rank: _, ...assertion }: RankedAssertion): Assertion {
  return assertion;
}

function boundsText(limit: Limit, min: number, max: number): string {
  if (typeof limit === "number") return min === max ? `${limit}` : `${limit} (${tidy(min)} to ${tidy(max)})`;
  if (limit.max === undefined) return `at least ${min}`;
  return limit.min === undefined ? `at most ${max}` : `${min} to ${max}`;
}

/** Rounds off the digits that multiplication adds beyond the measured precision. */
function tidy(number: number): number {
  return Math.round(number * 1000) / 1000;
}

function isNamedIn(row: ComparableProduct): boolean {
  return namedTraffic(row).flows > 0;
}

function inCapture(row: ComparableProduct): string {
  const how = row.identified.flows > 0 ? "" : ", as one of several";
  return `is in the capture: ${namedTraffic(row).bytes} bytes by ${gradesOf(row).join(", ")}${how}`;
}
