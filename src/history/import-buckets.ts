/**
 * Captures in a history. What was imported together is one import: again, or together with more captures, it takes its own place,
 * so that nothing counts twice. Its sensor's other imports stay.
 */
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { basename } from "node:path";
import type { SourceSummary } from "../reports/capture-summary.ts";
import type { BucketRow } from "../reports/history/bucket-row.ts";
import { hourSegment, listSegments, makeFolder, type Segment } from "./history-folder.ts";
import { hourOf } from "./open-buckets.ts";
import { segmentFacts, writeSegment } from "./segment-file.ts";

/** Where captures are imported to. */
export interface ImportTarget {
  readonly folder: string;
  readonly sensor: string;
}

/** What came of an import. */
export interface ImportOutcome {
  readonly segments: number;
  /** Packets without a time, which no bucket has. */
  readonly untimedPackets: number;
}

const ID_LENGTH = 12;

/** Captures of an earlier import that are to be imported with others than then. */
export class PartlyImportedError extends Error {
  /** `missing`: what was imported with them and is not here. */
  constructor(folder: string, known: string, missing: string) {
    super(
      `${folder} already has ${known}, imported together with ${missing}: import all of them at once, or under another --sensor`,
    );
    this.name = "PartlyImportedError";
  }
}

/**
 * Writes rows (borrowed) of captures as segments. A capture is known by its name, without its folder and the ending of a
 * compression, and the time of its first packet. Throws `PartlyImportedError`, and the errors of the file system.
 */
export async function importBuckets(
  { folder, sensor }: ImportTarget,
  captures: readonly Pick<SourceSummary, "name" | "start">[],
  rows: readonly BucketRow[],
): Promise<ImportOutcome> {
  makeFolder(folder);
  const sources = [...new Set(captures.map(sourceOf))].sort();
  const id = createHash("sha256").update(JSON.stringify(sources)).digest("hex").slice(0, ID_LENGTH);
  const earlier = await importsOf(folder, sensor);
  const replaced: Segment[] = [];
  for (const [earlierId, { sources: known, segments }] of earlier) {
    const shared = known.filter((source) => sources.includes(source));
    if (earlierId === id || shared.length === 0) continue;
    const missing = known.find((source) => !sources.includes(source));
    if (missing !== undefined) throw new PartlyImportedError(folder, nameOf(shared[0]), nameOf(missing));
    replaced.push(...segments);
  }
  for (const { path } of replaced) rmSync(path, { force: true });
  const written = new Set<string>();
  let untimedPackets = 0;
  for (const [hour, ofHour] of byHour(rows)) {
    if (hour === null) {
      untimedPackets = ofHour.reduce((sum, { sentPackets }) => sum + sentPackets, 0);
      continue;
    }
    const { path } = hourSegment(folder, sensor, hour, id);
    await writeSegment(path, { sources }, (add) => {
      for (const row of ofHour) add({ ...row, sensor });
    });
    written.add(path);
  }
  for (const { path } of earlier.get(id)?.segments ?? [])
    if (!written.has(path)) rmSync(path, { force: true });
  return { segments: written.size, untimedPackets };
}

function byHour(rows: readonly BucketRow[]): Map<number | null, BucketRow[]> {
  const hours = new Map<number | null, BucketRow[]>();
  for (const row of rows) {
    const hour = hourOf(row);
    const known = hours.get(hour);
    if (known === undefined) hours.set(hour, [row]);
    else known.push(row);
  }
  return hours;
}

interface EarlierImport {
  readonly sources: readonly string[];
  readonly segments: Segment[];
}

/** What was imported for a sensor before, by the id of the import. */
async function importsOf(folder: string, sensor: string): Promise<Map<string, EarlierImport>> {
  const imports = new Map<string, EarlierImport>();
  for (const segment of listSegments(folder)) {
    const { importId, path } = segment;
    if (importId === null || segment.sensor !== sensor) continue;
    const known = imports.get(importId);
    if (known !== undefined) known.segments.push(segment);
    else {
      const sources = (await segmentFacts(path))?.sources ?? [];
      imports.set(importId, { sources, segments: [segment] });
    }
  }
  return imports;
}

/** A compressed capture is the one that it was. */
const COMPRESSED = /\.(gz|zst)$/i;
/** Between the name of a source and its time. */
const SEPARATOR = " @ ";

function sourceOf({ name, start }: Pick<SourceSummary, "name" | "start">): string {
  return `${basename(name).replace(COMPRESSED, "")}${SEPARATOR}${start ?? "no time"}`;
}

function nameOf(source: string): string {
  return source.slice(0, source.lastIndexOf(SEPARATOR));
}
