/** Counts of attempts by verdict: their sums, and the verdict that they add up to. */
import { ATTEMPT_VERDICTS, type AttemptVerdict, type VerdictCounts } from "./reach-report.ts";

/** Maps a verdict to the final one, once the whole capture is known. */
export interface VerdictFinalizer {
  finalize(verdict: AttemptVerdict): AttemptVerdict;
}

/** Final counts of attempts by verdict, once the whole capture is known. */
export function finalizeCounts(
  counts: ReadonlyMap<AttemptVerdict, number>,
  directions: VerdictFinalizer,
): Map<AttemptVerdict, number> {
  const finalized = new Map<AttemptVerdict, number>();
  for (const [verdict, count] of counts) {
    const final = directions.finalize(verdict);
    finalized.set(final, (finalized.get(final) ?? 0) + count);
  }
  return finalized;
}

/** Sum of several counts. */
export function sumCounts(all: readonly VerdictCounts[]): Map<AttemptVerdict, number> {
  const sum = new Map<AttemptVerdict, number>();
  for (const counts of all) {
    for (const [verdict, count] of Object.entries(counts) as [AttemptVerdict, number][]) {
      sum.set(verdict, (sum.get(verdict) ?? 0) + count);
    }
  }
  return sum;
}

/** Success verdicts, best first. */
const GRADES = ["works", "answered"] as const;
/** Failures that a success does not outweigh. */
const LASTING = ["went-dead"] as const;

/**
 * The most frequent verdict if none works; the first in the list if several are equally frequent. Unknown outcomes count only
 * if there are no others, mere handshakes only if nothing fails.
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
