/** Captures dropped on the page: read by this process with limits on size and time, shown as a report, and not kept. */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { summarizeWithReach } from "../engine/reach.ts";
import type { ReadingOptions } from "../engine/reading-options.ts";
import type { Advice } from "../knowledge/advice/advice.ts";
import { renderSummary } from "../render/render-summary.ts";
import type { Summary } from "../reports/traffic/summary.ts";
import type { FeedDropped } from "./page-feed.ts";

/** Maximum size in bytes. The page states it (`drop-view.ts`). */
export const MOST_CAPTURE_BYTES = 64_000_000;
/** Limit for small files that decompress to much: reading stops, and the report says incomplete. */
const MOST_MILLISECONDS = 20_000;
const MOST_FLOWS = 200_000;
/** Number of reports that can still be opened. */
const MOST_REPORTS = 8;

/** Outcome of a dropped capture. */
export type DropOutcome =
  | { readonly status: 200; readonly dropped: FeedDropped }
  | { readonly status: 413 | 422 | 503; readonly reason: string };

/** Reads captures one at a time, and keeps the latest reports. */
export class DroppedCaptures {
  readonly #reading: ReadingOptions;
  readonly #advice: Advice;
  readonly #reports = new Map<string, string>();
  #count = 0;
  #isBusy = false;

  constructor(reading: ReadingOptions, advice: Advice) {
    this.#reading = reading;
    this.#advice = advice;
  }

  /** The report at a path, as a page; undefined if there is none, or it was dropped. */
  report(path: string): string | undefined {
    return this.#reports.get(path);
  }

  /** Reads the capture in a request; `name`: its file name, hostile text. */
  async take(request: IncomingMessage, name: string): Promise<DropOutcome> {
    if (Number(request.headers["content-length"] ?? 0) > MOST_CAPTURE_BYTES) return TOO_LARGE;
    if (this.#isBusy) return { status: 503, reason: "another capture is being read" };
    this.#isBusy = true;
    let folder: string | null = null;
    try {
      folder = mkdtempSync(join(tmpdir(), "appleflow-"));
      const file = join(folder, "capture");
      const limit = new LimitedBytes();
      await pipeline(request, limit, createWriteStream(file, { mode: 0o600 }), { end: true });
      return limit.isOver ? TOO_LARGE : await this.#read(file, name);
    } catch (error) {
      // The client has disconnected, or the disk is full.
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      return { status: 503, reason: `the capture cannot be stored: ${code}` };
    } finally {
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
      this.#isBusy = false;
    }
  }

  async #read(file: string, name: string): Promise<DropOutcome> {
    const { summary: found, report } = await summarizeWithReach([file], {
      ...this.#reading,
      maxFlows: MOST_FLOWS,
      everySeconds: "auto",
      signal: AbortSignal.timeout(MOST_MILLISECONDS),
    });
    const summary = withName(found, name);
    const { packets, sources } = summary.capture;
    if (packets === 0) {
      const reason = sources[0]?.error?.message ?? "it has no packets";
      return { status: 422, reason: reason.replaceAll(file, name) };
    }
    const reach = report && { ...report, capture: summary.capture };
    const page = await renderSummary(summary, {
      format: "html",
      advice: this.#advice,
      ...(reach !== null && { reach }),
    });
    const path = `/report/${++this.#count}`;
    this.#reports.set(path, page);
    const [oldest = ""] = this.#reports.keys();
    if (this.#reports.size > MOST_REPORTS) this.#reports.delete(oldest);
    return { status: 200, dropped: { path, name: sources[0]?.name ?? name, packets } };
  }
}

const TOO_LARGE: DropOutcome = {
  status: 413,
  reason: `captures are limited to ${MOST_CAPTURE_BYTES / 1e6} MB here; on the command line there is no limit`,
};

/** Passes on data within the limit, and drops the rest. */
class LimitedBytes extends Transform {
  #bytes = 0;

  get isOver(): boolean {
    return this.#bytes > MOST_CAPTURE_BYTES;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: null, chunk?: Buffer) => void): void {
    this.#bytes += chunk.length;
    if (this.isOver) done(null);
    else done(null, chunk);
  }
}

/** A capture has its original name; if names are hidden, its name on this machine. */
function withName(summary: Summary, name: string): Summary {
  if (summary.anonymised) return summary;
  const sources = summary.capture.sources.map((source) => ({ ...source, name }));
  return { ...summary, capture: { ...summary.capture, sources } };
}
