/** Attempts counted by their verdicts: sums of them, and what they come to together. */
import { ATTEMPT_VERDICTS, type AttemptVerdict, type VerdictCounts } from "./reach-report.ts";

/** Knows what a verdict comes to once the whole capture is known. */
export interface VerdictSettler {
  settle(verdict: AttemptVerdict): AttemptVerdict;
}

/** Attempts by verdict, once the whole capture is known. */
export function settleCounts(
  counts: ReadonlyMap<AttemptVerdict, number>,
  directions: VerdictSettler,
): Map<AttemptVerdict, number> {
  const settled = new Map<AttemptVerdict, number>();
  for (const [verdict, count] of counts) {
    const final = directions.settle(verdict);
    settled.set(final, (settled.get(final) ?? 0) + count);
  }
  return settled;
}

/** Several counts as one. */
export function sumCounts(all: readonly VerdictCounts[]): Map<AttemptVerdict, number> {
  const sum = new Map<AttemptVerdict, number>();
  for (const counts of all) {
    for (const [verdict, count] of Object.entries(counts) as [AttemptVerdict, number][]) {
      sum.set(verdict, (sum.get(verdict) ?? 0) + count);
    }
  }
  return sum;
}

/** Grades of what works, best first. */
const GRADES = ["works", "answered"] as const;
/** Failures that no success beside them makes good: what was said and what died stays so. */
const LASTING = ["went-dead"] as const;

/**
 * The verdict that most attempts have, where none works; of two as common, the one that stands first in the list. Those
 * of which nothing is known count where there are no others, a mere handshake where nothing fails.
 */
export function verdictOf(counts: ReadonlyMap<AttemptVerdict, number>): AttemptVerdict | null {
  const has = (verdict: AttemptVerdict) => (counts.get(verdict) ?? 0) > 0;
  const sure = LASTING.find(has) ?? GRADES.find(has);
  if (sure !== undefined) return sure;
  let best: AttemptVerdict | null = null;
  for (const verdict of ATTEMPT_VERDICTS) {
    if (verdict === "connected" || (verdict === "unclear" && best !== null)) continue;
    const count = counts.get(verdict) ?? 0;
    if (count > (best === null ? 0 : (counts.get(best) ?? 0))) best = verdict;
  }
  const isKnown = best !== null && best !== "unclear" && best !== "one-direction";
  return has("connected") && !isKnown ? "connected" : best;
}
