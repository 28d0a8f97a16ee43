/** What became of one product or family between two summaries: rows of the JSON of schema `appleflow/diff@2`. */
import type { Evidence } from "../../evidence/attribution/evidence.ts";
import { isFailure, isSameVerdict, type ReachVerdict } from "../reach/reach-report.ts";
import type { Claims, Traffic } from "../traffic/summary.ts";
import { gradesOf, NO_CLAIMS, namedTraffic } from "./named-traffic.ts";

/** What became of a row. */
export type Change = "appeared" | "gone" | "changed" | "unchanged";

/**
 * What of a row can change: the verdict on reaching it; the bytes that evidence names it for, and those of them that are
 * its own alone; the bytes that only a port allows; the grades of evidence.
 */
export const CHANGED_PARTS = ["verdict", "named", "identified", "possible", "evidence"] as const;
/** A part of a row that changed. */
export type ChangedPart = (typeof CHANGED_PARTS)[number];

/** A product or family on one side. */
export interface ComparedGroup extends Claims {
  /** Bytes of `identified` and `oneOf` by what decided; empty for a family. */
  readonly byEvidence: Readonly<Partial<Record<Evidence, number>>>;
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
  /** It appeared or is gone as what evidence names; what only a port allows can change, no more. */
  readonly change: Change;
  /** Empty but for `changed`. */
  readonly changed: readonly ChangedPart[];
  /** On neither side does anything but a port speak of it. */
  readonly onlyPossible: boolean;
  /** Among what changed: it appeared, is gone, or more than what a port allows has changed. */
  readonly isNotable: boolean;
  /** Bytes that evidence names it for, after less before. */
  readonly namedBytesChange: number;
  /** The same as a part of those before; null where there were none. */
  readonly namedBytesChangeRelative: number | null;
  /** Bytes that a port allows, after less before. */
  readonly possibleBytesChange: number;
  /** null for a family, of a saved summary, and where evidence names no attempt. */
  readonly verdict: VerdictDifference;
  /** null where there is no traffic of it: a verdict may come of a name that was asked for in vain. */
  readonly before: ComparedGroup | null;
  readonly after: ComparedGroup | null;
}

const NOTHING: ComparedGroup = Object.freeze({ ...NO_CLAIMS, byEvidence: Object.freeze({}) });

/** Compares a product or family; `null`: it has no traffic, or no verdict. Owned by the caller. */
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
    // Of a row that is only possible nothing else can change.
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

/** What became of an amount of traffic: `minChange` is the least part by which its bytes must differ. */
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
