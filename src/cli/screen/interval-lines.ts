/** Output of monitoring if standard output is not a terminal: lines of ndjson. */
import { type IntervalReport, intervalRecord } from "../../engine/interval-report.ts";
import type { LiveEvent } from "../../packets/live/live-source.ts";
import { escapeText, safeJson } from "../../render/render-escape.ts";
import { type Environment, NotSavedError } from "../environment.ts";
import type { LineOutput, LiveOutside } from "../live-outside.ts";
import type { DisplayRequests, LiveDisplay } from "./live-display.ts";

/** Lines of ndjson on standard output, events on standard error. */
export class IntervalLines implements LiveDisplay {
  readonly flowQuery = null;
  readonly #environment: Environment;
  readonly #requests: DisplayRequests;
  readonly #lines: LineOutput;
  /** The last line, if it could not be written yet. */
  #last = "";
  /** Whether writing a line failed: a further one would continue in the middle of it. */
  #isFull = false;

  constructor(environment: Environment, outside: LiveOutside, requests: DisplayRequests) {
    this.#environment = environment;
    this.#requests = requests;
    this.#lines = outside.openLines();
  }

  show(report: IntervalReport): void {
    if (this.#isFull) return;
    const line = `${safeJson(intervalRecord(report))}\n`;
    const outcome = this.#write(line);
    if (outcome === "gone") this.#requests.onReaderGone();
    if (outcome === "busy" && report.isLast && !this.#isFull) this.#last = line;
  }

  tell({ message }: Pick<LiveEvent, "message">): void {
    this.#environment.stderr.write(`appleflow: ${escapeText(message)}\n`);
  }

  close(): void {}

  async finish(): Promise<void> {
    await this.#lines.finish(this.#last);
  }

  #write(line: string): ReturnType<LineOutput["write"]> {
    try {
      return this.#lines.write(line);
    } catch (error) {
      if (!(error instanceof NotSavedError)) throw error;
      this.#isFull = true;
      this.tell({ message: `${error.message}: no more lines are written` });
      this.#requests.onNotSaved();
      return "busy";
    }
  }
}
