/**
 * What cannot be right in the headers of records (docs/contract.md, "Impossible times and lengths"), and in their order
 * (docs/contract.md, "Order of sources").
 */

/** Weirds of a record that say nothing of how its packet was decoded: it counts in its class all the same. */
export const RECORD_WEIRDS = ["impossible_time", "implausible_length", "merged_late"] as const;

/**
 * `impossible_time`: the record has the time of the one before. `implausible_length`: its original length is below the
 * captured one, or above 256 KiB, and counts as it is. `merged_late`: it was counted after later ones of other sources, since
 * more of them overlapped than can be open at once.
 */
export type RecordWeird = (typeof RECORD_WEIRDS)[number];

export function isRecordWeird(name: string): name is RecordWeird {
  return RECORD_WEIRDS.some((weird) => weird === name);
}

/** Records by what cannot be right; those of which there are any. */
export type RecordWeirds = Readonly<Partial<Record<RecordWeird, number>>>;

/** Of all sources together; undefined stands for a source without any. */
export function recordWeirdsOf(ofSources: readonly (RecordWeirds | undefined)[]): RecordWeirds {
  const counts: Partial<Record<RecordWeird, number>> = {};
  for (const weirds of ofSources) {
    if (weirds === undefined) continue;
    for (const name of RECORD_WEIRDS) {
      const count = weirds[name] ?? 0;
      if (count > 0) counts[name] = (counts[name] ?? 0) + count;
    }
  }
  return counts;
}
