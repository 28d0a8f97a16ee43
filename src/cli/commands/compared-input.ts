/** Inputs of `diff` and `check`: a capture or a flow log, or its summary saved as JSON. */

import { closeSync, openSync, readSync, statSync } from "node:fs";
import { summarizeWithReach } from "../../engine/reach.ts";
import { beginsLogOfFlows } from "../../engine/read-captures.ts";
import { type SummarizeOptions, summaryStatus } from "../../engine/summarize.ts";
import { InputError } from "../../errors.ts";
import { type ComparableSummary, withVerdicts } from "../../reports/compare/comparable-summary.ts";
import { looksLikeJson, parseSavedSummary } from "../../reports/compare/saved-summary.ts";
import { isReadWhole } from "../../reports/completeness.ts";
import { readTextFile } from "../../text-file.ts";
import { STATUS_NOTHING_READ } from "../exit-status.ts";
import { readingNotes } from "../reading-notes.ts";

/** About the size of a summary of ten thousand captures. */
const MOST_SUMMARY_BYTES = 256 << 20;

/** Enough of a file to distinguish a summary from a capture and a log. */
const START_LENGTH = 4096;

export interface ComparedInput {
  /** As shown in results. */
  readonly name: string;
  /** null if nothing could be read. */
  readonly summary: ComparableSummary | null;
  /** As of `summarize`: 0 complete, 2 partly read, 3 nothing read. */
  readonly status: 0 | 2 | 3;
  /** Lines for standard error. */
  readonly notes: readonly string[];
}

/** Reads a capture or a flow log, or a saved summary. Errors are in the result, not thrown. */
export async function readCompared(name: string, reading: SummarizeOptions): Promise<ComparedInput> {
  const shownName = reading.pseudonyms?.sourceName(name) ?? name;
  if (!isJsonFile(name)) {
    const { summary, report } = await summarizeWithReach([name], reading);
    const status = summaryStatus(summary);
    const notes = readingNotes(summary);
    return {
      name: shownName,
      summary:
        status === STATUS_NOTHING_READ ? null : report === null ? summary : withVerdicts(summary, report),
      status,
      notes,
    };
  }
  try {
    const summary = parseSavedSummary(readTextFile(name, shownName, MOST_SUMMARY_BYTES), shownName);
    const { packets, capture } = summary;
    const isWhole = isReadWhole(capture) && packets.unsupportedLinkType === 0;
    const note = `appleflow: ${shownName}: it was saved when only part of the capture could be read`;
    return { name: shownName, summary, status: isWhole ? 0 : 2, notes: isWhole ? [] : [note] };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {
      name: shownName,
      summary: null,
      status: STATUS_NOTHING_READ,
      notes: [`appleflow: ${error.message}`],
    };
  }
}

/** Whether it is JSON, but no flow log. Only for regular files: reading a pipe consumes it. Failures to open show later. */
function isJsonFile(name: string): boolean {
  if (name === "-" || !statSync(name, { throwIfNoEntry: false })?.isFile()) return false;
  let descriptor: number;
  try {
    descriptor = openSync(name, "r");
  } catch {
    return false;
  }
  try {
    const start = Buffer.alloc(START_LENGTH);
    const length = readSync(descriptor, start, 0, START_LENGTH, 0);
    const isLog = beginsLogOfFlows(start.subarray(0, length));
    return !isLog && looksLikeJson(start.toString("utf8", 0, length));
  } finally {
    closeSync(descriptor);
  }
}
