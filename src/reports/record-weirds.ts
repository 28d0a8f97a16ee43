/**
 * Errors in the headers of records (docs/contract.md, "Impossible times and lengths"), and in their order (docs/contract.md,
 * "Order of sources").
 */

/** Weirds of a record that do not affect decoding: the packet still counts in its class. */
export const RECORD_WEIRDS = ["impossible_time", "implausible_length", "merged_late"] as const;

/**
 * `impossible_time`: the record gets the time of the previous one. `implausible_length`: its original length is below the
 * captured one, or above 256 KiB, and counts as it is. `merged_late`: it was counted after later records of other sources,
 * because more sources overlapped than can be open at once.
 */
export type RecordWeird = (typeof RECORD_WEIRDS)[number];

export function isRecordWeird(name: string): name is RecordWeird {
  return RECORD_WEIRDS.some((weird) => weird === name);
}

/** Number of records by weird; weirds that did not occur are absent. */
export type RecordWeirds = Readonly<Partial<Record<RecordWeird, number>>>;

/** Sums the weirds of all sources; undefined is a source without any. */
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
