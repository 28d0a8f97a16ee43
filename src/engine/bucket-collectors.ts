/** The collectors of traffic over time: for a report, or as the rows of a history. */
import { anonymiseBucketRows } from "../anonymise/anonymous-bucket-rows.ts";
import { InputError } from "../errors.ts";
import type { BucketRow } from "../reports/history/bucket-row.ts";
import { HistoryCollector } from "../reports/history/history-collector.ts";
import { BucketLength } from "../reports/series/bucket-length.ts";
import { SeriesCollector } from "../reports/series/series-collector.ts";
import { type Knowledge, type ReadingOptions, wholeSeconds } from "./reading-options.ts";

/** Bucket length: as `SummarizeOptions.everySeconds`. */
interface BucketOptions {
  readonly everySeconds?: number | "auto";
}

/** Collects totals over time; null if not requested. */
export function seriesCollector(
  { services }: Knowledge,
  { everySeconds }: BucketOptions,
): SeriesCollector | null {
  if (everySeconds === undefined) return null;
  const length = everySeconds === "auto" ? new BucketLength() : wholeSeconds("everySeconds", everySeconds);
  return new SeriesCollector(services, length);
}

/** Collects rows by bucket, group and end. */
export function historyCollector({ services }: Knowledge, { everySeconds }: BucketOptions): HistoryCollector {
  if (everySeconds === undefined || everySeconds === "auto") {
    throw new InputError("bad_argument", "onBucketRows needs everySeconds as a number");
  }
  return new HistoryCollector(services, wholeSeconds("everySeconds", everySeconds));
}

/** Rows with pseudonyms if requested. */
export function bucketRows(rows: readonly BucketRow[], { pseudonyms }: ReadingOptions): readonly BucketRow[] {
  return pseudonyms === undefined ? rows : anonymiseBucketRows(rows, pseudonyms);
}
