/** `summarize --history`: adds captures to a history. */
import { systemErrorCode } from "../../errors.ts";
import type { ImportTarget } from "../../history/import-buckets.ts";
import { escapeText } from "../../render/render-escape.ts";
import type { BucketRow } from "../../reports/history/bucket-row.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import { reasonOf } from "../descriptor-output.ts";
import type { Environment } from "../environment.ts";

/** Adds them, and reports what could not be added; returns false if nothing was. */
export async function importCaptures(
  target: ImportTarget,
  { capture }: Summary,
  rows: readonly BucketRow[],
  { stderr }: Pick<Environment, "stderr">,
): Promise<boolean> {
  const tell = (message: string) => void stderr.write(`appleflow: ${escapeText(message)}\n`);
  const { importBuckets, PartlyImportedError } = await import("../../history/import-buckets.ts");
  if (capture.moreSources !== undefined) {
    tell(
      `${target.folder}: nothing was added: at most ${capture.sources.length} captures can be imported at once`,
    );
    return false;
  }
  try {
    const { untimedPackets } = await importBuckets(target, capture.sources, rows);
    if (untimedPackets > 0) tell(`${target.folder}: ${untimedPackets} packets without a time were not added`);
    return true;
  } catch (error) {
    if (error instanceof PartlyImportedError) tell(error.message);
    else if (systemErrorCode(error) !== undefined)
      tell(`${target.folder}: not added to the history: ${reasonOf(error)}`);
    else throw error;
    return false;
  }
}
