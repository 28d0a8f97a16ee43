/** What is different between two summaries: these types are the JSON of schema `appleflow/diff@1`. */
import { EVIDENCE_GRADES, type Evidence, UNATTRIBUTED_REASONS } from "../../evidence/attribution/evidence.ts";
import { isFailure, type ReachVerdict } from "../reach/reach-report.ts";
import { compareText } from "../traffic/compare-text.ts";
import type { FamilySummary, FlowShare, Share, Traffic } from "../traffic/summary.ts";
import type { ComparableProduct, ComparableSummary } from "./comparable-summary.ts";
import { comparePorts, type PortDifference, trafficOf } from "./port-difference.ts";

/** Name and version of the JSON form. */
export const DIFFERENCE_SCHEMA = "appleflow/diff@1";

/** What became of a row. */
export type Change = "appeared" | "gone" | "changed" | "unchanged";

/**
 * What of a row can change: the verdict on reaching it, the estimated bytes, the range from sole to possible, the grades of
 * evidence.
 */
export const CHANGED_PARTS = ["verdict", "bytes", "range", "evidence"] as const;
/** A part of a row that changed. */
export type ChangedPart = (typeof CHANGED_PARTS)[number];

/** What there is a row for. */
export const DIFFERENCE_GROUPINGS = ["product", "family"] as const;
/** What there is a row for. */
export type DifferenceGrouping = (typeof DIFFERENCE_GROUPINGS)[number];

/** One of the two sides. */
export interface ComparedCapture {
  /** As the user named it. Hostile text: escape where it is shown. */
  readonly name: string;
  readonly packets: number;
  readonly bytes: number;
  readonly start: string | null;
  readonly end: string | null;
  readonly durationSeconds: number;
  /** Whether all of it was read. */
  readonly complete: boolean;
}

/** A product or family on one side. */
export interface ComparedGroup {
  readonly flows: FlowShare;
  readonly packets: Share;
  readonly bytes: Share;
  /** Grades that made the product a candidate, weakest first; empty for a family. */
  readonly evidence: readonly Evidence[];
}

/** Whether a product could be reached. */
export interface VerdictDifference {
  readonly before: ReachVerdict | null;
  readonly after: ReachVerdict | null;
  /** Never tried proves nothing: from it to a failure is a change, to or from anything else is none. */
  readonly isChanged: boolean;
}

/** A product or family on both sides. */
export interface GroupDifference {
  /** A product or family. */
  readonly name: string;
  readonly change: Change;
  /** Empty but for `changed`. */
  readonly changed: readonly ChangedPart[];
  /** Estimated bytes after less those before. */
  readonly bytesChange: number;
  /** The same as a part of those before; null where there were none. */
  readonly bytesChangeRelative: number | null;
  /** null for a family, of a saved summary, and where nobody tried. */
  readonly verdict: VerdictDifference;
  /** null where there is no traffic of it: a verdict may come of a name that was asked for in vain. */
  readonly before: ComparedGroup | null;
  readonly after: ComparedGroup | null;
}

/** Why flows were given to no product, and how much of that there is. */
export interface ReasonDifference {
  readonly reason: (typeof UNATTRIBUTED_REASONS)[number];
  readonly change: Change;
  readonly before: Traffic;
  readonly after: Traffic;
}

/** All that is different, and what is not. */
export interface SummaryDifference {
  readonly schema: typeof DIFFERENCE_SCHEMA;
  readonly by: DifferenceGrouping;
  /** The least part by which numbers must differ to count: 0.05 for 5 %. */
  readonly minChange: number;
  readonly before: ComparedCapture;
  readonly after: ComparedCapture;
  /** Whether anything appeared, went or changed. */
  readonly isDifferent: boolean;
  /** All rows, those first whose bytes changed most. */
  readonly rows: readonly GroupDifference[];
  readonly ports: readonly PortDifference[];
  readonly unattributed: readonly ReasonDifference[];
}

/** Options of {@link compareSummaries}. */
export interface DifferenceOptions {
  readonly by?: DifferenceGrouping;
  /** Default 0: every difference counts. */
  readonly minChange?: number;
}

/** A summary with the name that the user gave it by. */
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
        groupsBefore.get(name) ?? null,
        groupsAfter.get(name) ?? null,
        compareVerdicts(verdictsBefore.get(name) ?? null, verdictsAfter.get(name) ?? null),
        minChange,
      ),
    )
    .sort((a, b) => Math.abs(b.bytesChange) - Math.abs(a.bytesChange) || compareText(a.name, b.name));
  const ports = comparePorts(before.summary.ports, after.summary.ports);
  const unattributed = UNATTRIBUTED_REASONS.map((reason) => {
    const [one, other] = [before, after].map(({ summary }) =>
      trafficOf(summary.unattributed.byReason[reason]),
    );
    return { reason, change: compareTraffic(one, other, minChange), before: one, after: other };
  });
  return {
    schema: DIFFERENCE_SCHEMA,
    by,
    minChange,
    before: captureOf(before),
    after: captureOf(after),
    isDifferent: ports.length > 0 || [...rows, ...unattributed].some(({ change }) => change !== "unchanged"),
    rows,
    ports,
    unattributed,
  };
}

function captureOf({ name, summary }: NamedSummary): ComparedCapture {
  const { packets, bytes, start, end, durationSeconds, sources } = summary.capture;
  const complete = sources.every((source) => source.complete);
  return { name, packets, bytes, start, end, durationSeconds, complete };
}

/** Of both sides or of none: what is not known of one cannot have changed. */
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
  if (by === "product") return new Map(products.map((row) => [row.product, groupOf(row, gradesOf(row))]));
  return new Map(families.map((row) => [row.family, groupOf(row, [])]));
}

function groupOf({ flows, packets, bytes }: FamilySummary, evidence: readonly Evidence[]): ComparedGroup {
  return { flows, packets, bytes, evidence };
}

/** The grades of a product's evidence, weakest first. */
export function gradesOf({ bytesByEvidence }: Pick<ComparableProduct, "bytesByEvidence">): Evidence[] {
  return EVIDENCE_GRADES.filter((grade) => bytesByEvidence[grade] > 0);
}

function compareVerdicts(before: ReachVerdict | null, after: ReachVerdict | null): VerdictDifference {
  const isKnown = (verdict: ReachVerdict | null) =>
    verdict !== null && verdict !== "never-tried" && verdict !== "unclear";
  const isChanged = isKnown(before) ? isKnown(after) && after !== before : after !== null && isFailure(after);
  return { before, after, isChanged };
}

function compareGroup(
  name: string,
  before: ComparedGroup | null,
  after: ComparedGroup | null,
  verdict: VerdictDifference,
  minChange: number,
): GroupDifference {
  const bytesBefore = before?.bytes.estimate ?? 0;
  const bytesChange = roundToThousandths((after?.bytes.estimate ?? 0) - bytesBefore);
  const isOnOneSide = (before === null) !== (after === null);
  const changed = isOnOneSide ? [] : changedParts(before, after, verdict.isChanged, minChange);
  return {
    name,
    change: isOnOneSide
      ? before === null
        ? "appeared"
        : "gone"
      : changed.length > 0
        ? "changed"
        : "unchanged",
    changed,
    bytesChange,
    bytesChangeRelative: bytesBefore === 0 ? null : roundToMillionths(bytesChange / bytesBefore),
    verdict,
    before,
    after,
  };
}

/** `before` and `after`: both there, or neither. */
function changedParts(
  before: ComparedGroup | null,
  after: ComparedGroup | null,
  isVerdictChanged: boolean,
  minChange: number,
): ChangedPart[] {
  const numbersDiffer = (key: keyof Share) =>
    differs(before?.bytes[key] ?? 0, after?.bytes[key] ?? 0, minChange);
  const isChanged: Readonly<Record<ChangedPart, boolean>> = {
    verdict: isVerdictChanged,
    bytes: numbersDiffer("estimate"),
    range: numbersDiffer("sole") || numbersDiffer("possible"),
    evidence: before?.evidence.join() !== after?.evidence.join(),
  };
  return CHANGED_PARTS.filter((part) => isChanged[part]);
}

function differs(before: number, after: number, minChange: number): boolean {
  return before !== after && Math.abs(after - before) >= minChange * before;
}

function compareTraffic(before: Traffic, after: Traffic, minChange: number): Change {
  if (before.flows === 0 && after.flows === 0) return "unchanged";
  if (before.flows === 0) return "appeared";
  if (after.flows === 0) return "gone";
  return differs(before.bytes, after.bytes, minChange) ? "changed" : "unchanged";
}

function roundToThousandths(number: number): number {
  return Math.round(number * 1000) / 1000;
}

function roundToMillionths(number: number): number {
  return Math.round(number * 1e6) / 1e6;
}
