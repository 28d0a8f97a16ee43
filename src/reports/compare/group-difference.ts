/** How one product or family changed between two summaries: rows of the JSON of schema `appleflow/diff@2`. */
import type { Evidence } from "../../evidence/attribution/evidence.ts";
import { isFailure, isSameVerdict, type ReachVerdict } from "../reach/reach-report.ts";
import type { Claims, Traffic } from "../traffic/summary.ts";
import { gradesOf, NO_CLAIMS, namedTraffic } from "./named-traffic.ts";

/** How a row changed. */
export type Change = "appeared" | "gone" | "changed" | "unchanged";

/**
 * Parts of a row that can change: the reach verdict; the bytes that evidence attributes to it; those attributed to it alone;
 * the bytes that only a port allows; the evidence grades.
 */
export const CHANGED_PARTS = ["verdict", "named", "identified", "possible", "evidence"] as const;
/** A part of a row that changed. */
export type ChangedPart = (typeof CHANGED_PARTS)[number];

/** A product or family on one side. */
export interface ComparedGroup extends Claims {
  /** Bytes of `identified` and `oneOf` by the deciding grade; empty for a family. */
  readonly byEvidence: Readonly<Partial<Record<Evidence, number>>>;
}

/** Whether a product could be reached. */
export interface VerdictDifference {
  readonly before: ReachVerdict | null;
  readonly after: ReachVerdict | null;
  /** Whether this counts as a change. Untried, unclear and connected prove nothing: from these, only a failure counts. */
  readonly isChanged: boolean;
}

/** A product or family on both sides. */
export interface GroupDifference {
  /** Name of the product or family. */
  readonly name: string;
  /** "appeared" and "gone" refer to traffic that evidence names; what only a port allows can at most be "changed". */
  readonly change: Change;
  /** Empty unless `change` is "changed". */
  readonly changed: readonly ChangedPart[];
  /** On both sides, only ports suggest it. */
  readonly onlyPossible: boolean;
  /** It appeared or is gone, or something other than `possible` changed. */
  readonly isNotable: boolean;
  /** Bytes that evidence attributes to it, after minus before. */
  readonly namedBytesChange: number;
  /** The same relative to the bytes before; null if there were none. */
  readonly namedBytesChangeRelative: number | null;
  /** Bytes that a port allows, after minus before. */
  readonly possibleBytesChange: number;
  /** null for a family, for a saved summary, and if evidence names no attempt. */
  readonly verdict: VerdictDifference;
  /** null if there is no traffic of it; the verdict may come from a refused name. */
  readonly before: ComparedGroup | null;
  readonly after: ComparedGroup | null;
}

const NOTHING: ComparedGroup = Object.freeze({ ...NO_CLAIMS, byEvidence: Object.freeze({}) });

/** Compares a product or family; a null side has no traffic, or no verdict. Owned by the caller. */
export function compareGroup(
  name: string,
  [before, after]: readonly [ComparedGroup | null, ComparedGroup | null],
  verdicts: readonly [ReachVerdict | null, ReachVerdict | null],
  minChange: number,
): GroupDifference {
  const [one, other] = [before ?? NOTHING, after ?? NOTHING];
  const [namedBefore, namedAfter] = [namedTraffic(one), namedTraffic(other)];
  const verdict = compareVerdicts(verdicts);
  const isOnOneSide = namedBefore.flows > 0 !== namedAfter.flows > 0;
  const bytesChange = namedAfter.bytes - namedBefore.bytes;
  const isChanged: Readonly<Record<ChangedPart, boolean>> = {
    verdict: verdict.isChanged,
    named: differs(namedBefore.bytes, namedAfter.bytes, minChange),
    identified: differs(one.identified.bytes, other.identified.bytes, minChange),
    possible: differs(one.possible.bytes, other.possible.bytes, minChange),
    evidence: gradesOf(one).join() !== gradesOf(other).join(),
  };
  const changed = isOnOneSide ? [] : CHANGED_PARTS.filter((part) => isChanged[part]);
  const appearedOrGone = namedBefore.flows === 0 ? "appeared" : "gone";
  const onlyPossible =
    namedBefore.flows + namedAfter.flows === 0 && verdict.before === null && verdict.after === null;
  return {
    name,
    change: isOnOneSide ? appearedOrGone : changed.length > 0 ? "changed" : "unchanged",
    changed,
    onlyPossible,
    // Nothing else can change in a row that is only possible.
    isNotable: isOnOneSide || changed.some((part) => part !== "possible"),
    namedBytesChange: bytesChange,
    namedBytesChangeRelative:
      namedBefore.bytes === 0 ? null : roundToMillionths(bytesChange / namedBefore.bytes),
    possibleBytesChange: other.possible.bytes - one.possible.bytes,
    verdict,
    before,
    after,
  };
}

/** Classifies the change of an amount of traffic: `minChange` is the smallest relative difference of bytes that counts. */
export function compareTraffic(before: Traffic, after: Traffic, minChange: number): Change {
  if (before.flows === 0 && after.flows === 0) return "unchanged";
  if (before.flows === 0) return "appeared";
  if (after.flows === 0) return "gone";
  return differs(before.bytes, after.bytes, minChange) ? "changed" : "unchanged";
}

function compareVerdicts([before, after]: readonly [
  ReachVerdict | null,
  ReachVerdict | null,
]): VerdictDifference {
  const isKnown = (verdict: ReachVerdict | null) =>
    verdict !== null && verdict !== "never-tried" && verdict !== "unclear" && verdict !== "connected";
  const isOther = before !== null && after !== null && !isSameVerdict(before, after);
  const isChanged = isKnown(before) ? isKnown(after) && isOther : after !== null && isFailure(after);
  return { before, after, isChanged };
}

function differs(before: number, after: number, minChange: number): boolean {
  return before !== after && Math.abs(after - before) >= minChange * before;
}

function roundToMillionths(number: number): number {
  return Math.round(number * 1e6) / 1e6;
}
