/** Captures that are dropped on the page: read here, in bounded size and time, told as a report, and not kept. */
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

/** Bytes of a capture. The page says so (`drop-view.ts`). */
export const MOST_CAPTURE_BYTES = 64_000_000;
/** What little can unpack to much ends then, and is told as incomplete. */
const MOST_MILLISECONDS = 20_000;
const MOST_FLOWS = 200_000;
/** Reports that can still be opened. */
const MOST_REPORTS = 8;

/** What came of a capture. */
export type DropOutcome =
  | { readonly status: 200; readonly dropped: FeedDropped }
  | { readonly status: 413 | 422 | 503; readonly reason: string };

/** Reads captures one at a time, and holds the last reports. */
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

  /** The report at an address, as a page; undefined: there is none, or none any more. */
  report(path: string): string | undefined {
    return this.#reports.get(path);
  }

  /** Reads the capture that a request carries; `name` is what its file is called there, hostile text. */
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
      // Who sends has gone, or the disk is full.
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

/** Passes on what is within the limit; beyond it nothing. */
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

/** A capture is called as it was where it came from; where names are hidden, it is called as it is here. */
function withName(summary: Summary, name: string): Summary {
  if (summary.anonymised) return summary;
  const sources = summary.capture.sources.map((source) => ({ ...source, name }));
  return { ...summary, capture: { ...summary.capture, sources } };
}
