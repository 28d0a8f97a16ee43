/** Differences between two summaries: these types are the JSON of schema `appleflow/diff@2`. */

import { FLOW_CLASSES, type FlowClass } from "../../evidence/attribution/evidence.ts";
import { isReadWhole } from "../completeness.ts";
import { isFailure, type ReachVerdict } from "../reach/reach-report.ts";
import { compareText } from "../traffic/compare-text.ts";
import type { Claims, Traffic } from "../traffic/summary.ts";
import type { ComparableSummary } from "./comparable-summary.ts";
import {
  type Change,
  type ComparedGroup,
  compareGroup,
  compareTraffic,
  type GroupDifference,
} from "./group-difference.ts";
import { comparePorts, type PortDifference, trafficOf } from "./port-difference.ts";

/** Name and version of the JSON form. */
export const DIFFERENCE_SCHEMA = "appleflow/diff@2";

/** What a row stands for. */
export const DIFFERENCE_GROUPINGS = ["product", "family"] as const;
/** One of {@link DIFFERENCE_GROUPINGS}. */
export type DifferenceGrouping = (typeof DIFFERENCE_GROUPINGS)[number];

/** One of the two sides. */
export interface ComparedCapture {
  /** Name given by the user. Hostile text: escape it in output. */
  readonly name: string;
  readonly packets: number;
  readonly bytes: number;
  readonly start: string | null;
  readonly end: string | null;
  readonly durationSeconds: number;
  /** Whether all of the capture was read. */
  readonly complete: boolean;
}

/** Traffic of one class on both sides. */
export interface ClassDifference {
  readonly class: FlowClass;
  readonly change: Change;
  readonly before: Traffic;
  readonly after: Traffic;
}

/** All compared rows, whether they differ or not. */
export interface SummaryDifference {
  readonly schema: typeof DIFFERENCE_SCHEMA;
  readonly by: DifferenceGrouping;
  /** Smallest relative change that counts: 0.05 for 5 %. */
  readonly minChange: number;
  readonly before: ComparedCapture;
  readonly after: ComparedCapture;
  /** Whether a port or class appeared, disappeared or changed, or any row is notable. */
  readonly isDifferent: boolean;
  /** All rows: those that evidence names before those that are only possible, then by change of bytes, largest first. */
  readonly rows: readonly GroupDifference[];
  readonly ports: readonly PortDifference[];
  /** The six classes. */
  readonly classes: readonly ClassDifference[];
}

/** Options of {@link compareSummaries}. */
export interface DifferenceOptions {
  readonly by?: DifferenceGrouping;
  /** Default 0: every change counts. */
  readonly minChange?: number;
}

/** Changes that a script may fail on, from narrow to broad: each includes the ones before it. */
export const FAILING_CHANGES = ["verdict", "product", "any"] as const;
/** One of {@link FAILING_CHANGES}. */
export type FailingChange = (typeof FAILING_CHANGES)[number];

/**
 * Whether there is such a change: `verdict`, something fails now that worked or was not tried before; `product`, evidence
 * names a product on one side only; `any`, anything that sets {@link SummaryDifference.isDifferent}.
 */
export function hasChange({ rows, isDifferent }: SummaryDifference, least: FailingChange): boolean {
  const stopped = rows.some(
    ({ verdict }) => verdict.isChanged && verdict.after !== null && isFailure(verdict.after),
  );
  const cameOrWent = rows.some(({ change }) => change === "appeared" || change === "gone");
  return stopped || (least !== "verdict" && cameOrWent) || (least === "any" && isDifferent);
}

/** A summary with the name that the user gave it. */
export interface NamedSummary {
  readonly name: string;
  readonly summary: ComparableSummary;
}

/**
 * Compares two summaries row by row. Pure; owned by the caller.
 *
 * @example
 * ```ts
 * import { compareSummaries, summarize } from "appleflow";
 *
 * const [before, after] = ["monday.pcap", "tuesday.pcap"];
 * const { rows } = compareSummaries(
 *   { name: before, summary: await summarize([before]) },
 *   { name: after, summary: await summarize([after]) },
 *   { minChange: 0.05 },
 * );
 * for (const { name, change } of rows) console.log(name, change);
 * ```
 */
export function compareSummaries(
  before: NamedSummary,
  after: NamedSummary,
  { by = "product", minChange = 0 }: DifferenceOptions = {},
): SummaryDifference {
  const [groupsBefore, groupsAfter] = [before, after].map(({ summary }) => groupsOf(summary, by));
  const [verdictsBefore, verdictsAfter] = verdictsOf(before.summary, after.summary, by);
  const names = [groupsBefore, groupsAfter, verdictsBefore, verdictsAfter].flatMap((rows) => [
    ...rows.keys(),
  ]);
  const rows = [...new Set(names)]
    .map((name) =>
      compareGroup(
        name,
        [groupsBefore.get(name) ?? null, groupsAfter.get(name) ?? null],
        [verdictsBefore.get(name) ?? null, verdictsAfter.get(name) ?? null],
        minChange,
      ),
    )
    .sort(compareRows);
  const ports = comparePorts(before.summary.ports, after.summary.ports);
  const classes = FLOW_CLASSES.map((name) => {
    const [one, other] = [before, after].map(({ summary }) => trafficOf(summary.classes[name]));
    return { class: name, change: compareTraffic(one, other, minChange), before: one, after: other };
  });
  return {
    schema: DIFFERENCE_SCHEMA,
    by,
    minChange,
    before: captureOf(before),
    after: captureOf(after),
    isDifferent:
      ports.length > 0 ||
      rows.some(({ isNotable }) => isNotable) ||
      classes.some(({ change }) => change !== "unchanged"),
    rows,
    ports,
    classes,
  };
}

function captureOf({ name, summary }: NamedSummary): ComparedCapture {
  const { packets, bytes, start, end, durationSeconds } = summary.capture;
  return { name, packets, bytes, start, end, durationSeconds, complete: isReadWhole(summary.capture) };
}

/** Verdicts of both sides or of neither: a change needs both. */
function verdictsOf(
  { verdicts: before }: ComparableSummary,
  { verdicts: after }: ComparableSummary,
  by: DifferenceGrouping,
): readonly [ReadonlyMap<string, ReachVerdict>, ReadonlyMap<string, ReachVerdict>] {
  if (by === "family" || before === undefined || after === undefined) return [new Map(), new Map()];
  return [before, after];
}

function groupsOf(
  { products, families }: ComparableSummary,
  by: DifferenceGrouping,
): Map<string, ComparedGroup> {
  if (by === "product") return new Map(products.map((row) => [row.product, groupOf(row, row.byEvidence)]));
  return new Map(families.map((row) => [row.family, groupOf(row, {})]));
}

function groupOf(
  { identified, oneOf, possible, possibleOnly }: Claims,
  byEvidence: ComparedGroup["byEvidence"],
): ComparedGroup {
  const [alone, beside, may, mayAlone] = [identified, oneOf, possible, possibleOnly].map(trafficOf);
  return { identified: alone, oneOf: beside, possible: may, possibleOnly: mayAlone, byEvidence };
}

function compareRows(a: GroupDifference, b: GroupDifference): number {
  return (
    Number(a.onlyPossible) - Number(b.onlyPossible) ||
    Math.abs(b.namedBytesChange) - Math.abs(a.namedBytesChange) ||
    Math.abs(b.possibleBytesChange) - Math.abs(a.possibleBytesChange) ||
    compareText(a.name, b.name)
  );
}
