/** Splits captures as `editcap` and taps do, and writes each part to a file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reach } from "../../src/engine/reach.ts";
import { summarize } from "../../src/engine/summarize.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import type { MemoryRecord } from "./memory-source.ts";

const NANOSECONDS = 1_000_000_000n;
const SOURCE_MAC = 6;
/** Reserving memory for two million flows takes time. */
const MAX_FLOWS = 2000;

/** Puts each record into the part given by name; parts are in the order of their first records. */
export function splitBy(
  records: readonly MemoryRecord[],
  partOf: (record: MemoryRecord, i: number) => unknown,
): MemoryRecord[][] {
  const parts = new Map<unknown, MemoryRecord[]>();
  for (const [i, record] of records.entries()) {
    const name = partOf(record, i);
    const part = parts.get(name);
    if (part === undefined) parts.set(name, [record]);
    else part.push(record);
  }
  return [...parts.values()];
}

/** `editcap -c`: N records each. */
export const splitByCount = (records: readonly MemoryRecord[], count: number): MemoryRecord[][] =>
  splitBy(records, (_, i) => Math.floor(i / count));

/** `editcap -i`: N nanoseconds each. */
export const splitByTime = (records: readonly MemoryRecord[], length: bigint): MemoryRecord[][] =>
  splitBy(records, ({ time }) => ((time ?? 0n) - (records[0].time ?? 0n)) / length);

/** A tap: one part per sender, by the Ethernet source address. */
export const splitBySender = (records: readonly MemoryRecord[]): MemoryRecord[][] =>
  splitBy(records, ({ bytes }) => bytes.subarray(SOURCE_MAC, 2 * SOURCE_MAC).join(":"));

/** A pcapng with nanoseconds and an interface per link type; records without a time are in simple blocks. */
export function pcapngOf(records: readonly MemoryRecord[]): Uint8Array {
  const linkTypes = [...new Set(records.map(({ linkType = 1 }) => linkType))];
  const file = pcapng().section();
  for (const linkType of linkTypes) file.interface({ linkType, timeResolution: 9 });
  for (const { bytes, time, originalLength = bytes.length, linkType = 1 } of records) {
    const interfaceId = linkTypes.indexOf(linkType);
    if (time === null) file.simplePacket(bytes);
    else {
      const seconds = Number(time / NANOSECONDS);
      const nanoseconds = Number(time % NANOSECONDS);
      file.packet(bytes, { seconds, nanoseconds, interfaceId, originalLength });
    }
  }
  return file.build();
}

/** A directory for the files of a test. */
export class PartFolder {
  readonly path = mkdtempSync(join(tmpdir(), "appleflow-parts-"));
  #files = 0;

  /** Writes files under names that do not reflect their order; returns their paths in the order of `files`. */
  put(files: readonly Uint8Array[]): string[] {
    return files.map((bytes) => {
      const path = join(this.path, `${(this.#files++ * 7919) % 10_007}.capture`);
      writeFileSync(path, bytes);
      return path;
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/**
 * The summary of captures, except the list of sources and duplicates, which are searched in sources read at the same time;
 * and their flows in the order of their ends.
 */
export async function summaryOf(captures: readonly string[]): Promise<string> {
  const flows: unknown[] = [];
  const summary = await summarize(captures, { maxFlows: MAX_FLOWS, onFlow: (flow) => flows.push(flow) });
  return textOf({ summary, flows });
}

/** Returns the duplicates in the summary of captures. */
export async function duplicatesOf(captures: readonly string[]): Promise<string> {
  const { capture } = await summarize(captures, { maxFlows: MAX_FLOWS });
  return JSON.stringify(capture.duplicates);
}

/**
 * The results of attempts, except the list of sources. They depend on more than the packets: how long each source was
 * recorded (docs/contract.md, "Verdicts of reach").
 */
export async function reachOf(captures: readonly string[]): Promise<string> {
  const { report } = await reach(captures, { maxFlows: MAX_FLOWS });
  return textOf(report);
}

/** Lists of sources differ, and duplicates are searched in sources read at the same time. */
const NOT_OF_PARTS: ReadonlySet<string> = new Set(["sources", "duplicates"]);

function textOf(value: unknown): string {
  return JSON.stringify(value, (name, part: unknown) => (NOT_OF_PARTS.has(name) ? undefined : part), 1);
}
