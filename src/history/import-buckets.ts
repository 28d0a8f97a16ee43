/**
 * Imports captures into a history. Captures imported together are one import: importing them again, or together with more
 * captures, replaces it, so nothing counts twice. Other imports of its sensor are kept.
 */
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { basename } from "node:path";
import type { SourceSummary } from "../reports/capture-summary.ts";
import type { BucketRow } from "../reports/history/bucket-row.ts";
import { hourSegment, listSegments, makeFolder, type Segment } from "./history-folder.ts";
import { hourOf } from "./open-buckets.ts";
import { segmentFacts, writeSegment } from "./segment-file.ts";

/** Destination of an import. */
export interface ImportTarget {
  readonly folder: string;
  readonly sensor: string;
}

/** Result of an import. */
export interface ImportOutcome {
  readonly segments: number;
  /** Packets without a time, which are in no bucket. */
  readonly untimedPackets: number;
}

const ID_LENGTH = 12;

/** Captures of an earlier import that would be imported without all others of that import. */
export class PartlyImportedError extends Error {
  /** `missing`: a capture of the earlier import that is missing now. */
  constructor(folder: string, known: string, missing: string) {
    super(
      `${folder} already has ${known}, imported together with ${missing}: import all of them at once, or under another --sensor`,
    );
    this.name = "PartlyImportedError";
  }
}

/**
 * Writes rows (borrowed) of captures as segments. A capture is identified by its file name, without folder and compression
 * suffix, and the time of its first packet. Throws `PartlyImportedError`, and file system errors.
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

/** Earlier imports of a sensor, by import id. */
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

/** A compressed capture is identified like the uncompressed one. */
const COMPRESSED = /\.(gz|zst)$/i;
/** Separates the name of a source from its time. */
const SEPARATOR = " @ ";

function sourceOf({ name, start }: Pick<SourceSummary, "name" | "start">): string {
  return `${basename(name).replace(COMPRESSED, "")}${SEPARATOR}${start ?? "no time"}`;
}

function nameOf(source: string): string {
  return source.slice(0, source.lastIndexOf(SEPARATOR));
}
