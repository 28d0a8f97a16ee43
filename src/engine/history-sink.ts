/** Receives the traffic of each bucket of time while interfaces are monitored. */
import type { BucketRow } from "../reports/history/bucket-row.ts";

/** Receiver of a monitor's buckets. */
export interface HistorySink {
  /** A whole number, at least 1; buckets begin at its multiples since 1970. */
  readonly bucketSeconds: number;
  /**
   * Receives rows (owned) of completed buckets, not necessarily in order if packets came late: rows add up. `closedBefore`: for
   * buckets that begin before this time, in seconds since 1970, hardly any rows will follow. Called once more at the end, after
   * the other calls have completed. An exception ends the monitoring.
   */
  write(rows: readonly BucketRow[], closedBefore: number): Promise<void>;
}
