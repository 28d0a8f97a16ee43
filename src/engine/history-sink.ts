/** Who gets what moved in each bucket of time, while interfaces are monitored. */
import type { BucketRow } from "../reports/history/bucket-row.ts";

/** What becomes of the buckets of a monitor. */
export interface HistorySink {
  /** A whole number from 1 on; buckets begin at its multiples since 1970. */
  readonly bucketSeconds: number;
  /**
   * Gets rows (to keep) of buckets that are over, in no order of time where packets came late: rows add up. `closedBefore`: of buckets
   * that begin before this time, in seconds since 1970, hardly anything comes any more. Called once more at the end, when the
   * other calls are done. What it throws ends the monitoring.
   */
  write(rows: readonly BucketRow[], closedBefore: number): Promise<void>;
}
