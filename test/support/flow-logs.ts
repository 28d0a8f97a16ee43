/** Reads flow logs written as text by a test. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FlowLog } from "../../src/flow-records/flow-log.ts";
import type { FlowEntry, LogEntry } from "../../src/flow-records/log-entry.ts";
import { logFormatOf } from "../../src/flow-records/log-format.ts";
import { openMedium } from "../../src/packets/files/open-capture.ts";

/** Returns the entries of a log and its message, without its name. */
export async function readLogText(content: string | Uint8Array) {
  const folder = mkdtempSync(join(tmpdir(), "flow-log-"));
  try {
    const file = join(folder, "x.log");
    writeFileSync(file, content);
    const medium = await openMedium(file);
    const format = logFormatOf(medium.first);
    if (format === null) throw new Error("the log is not recognised");
    const log = new FlowLog(medium, format);
    const entries: LogEntry[] = [];
    for await (const piece of log.entries()) entries.push(...piece);
    return { entries, message: log.error?.message.replace(`${file}: `, "") ?? null, log };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** JSON objects, one per line. */
export function jsonLines(...objects: readonly object[]): string {
  return objects.map((one) => `${JSON.stringify(one)}\n`).join("");
}

export function flowsIn(entries: readonly LogEntry[]): FlowEntry[] {
  return entries.filter((entry): entry is FlowEntry => entry.kind === "flow");
}
