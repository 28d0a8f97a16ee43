/** `appleflow live`: which products are on the wire now, and in the end the summary. */

import { loadPseudonyms } from "../../anonymise/load-pseudonyms.ts";
import { monitor } from "../../engine/monitor.ts";
import { summaryStatus } from "../../engine/summarize.ts";
import { InputError } from "../../errors.ts";
import { compileFilter } from "../../filter/compile-filter.ts";
import { loadEvidenceRules } from "../../knowledge/evidence/load-evidence-rules.ts";
import { loadServiceTable } from "../../knowledge/port-list/load-service-table.ts";
import { SavedCapture } from "../../packets/files/saved-capture.ts";
import type { LiveEvent, LiveSource } from "../../packets/live/live-source.ts";
import { escapeText } from "../../render/render-escape.ts";
import { renderSummary } from "../../render/render-summary.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import { type Environment, UsageError } from "../environment.ts";
import type { EndSignal, LiveOutside } from "../live-outside.ts";
import { openResultOutput } from "../output-file.ts";
import { readingNotes } from "../reading-notes.ts";
import { IntervalLines, type LiveDisplay, LiveScreen } from "../screen/live-display.ts";
import { systemOutside } from "../system-outside.ts";
import { styleOf } from "../terminal-style.ts";
import { checkLiveOptions, DEFAULT_LIVE_SNAPLEN, type LiveCommandOptions } from "./live-options.ts";

/** What shells say of a program that a signal has ended: 128 and its number. */
const STATUS_BY_SIGNAL: Readonly<Record<EndSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
/** Nothing could be read. */
const STATUS_NOTHING = 3;

/** An interface that could not be opened. */
interface Failure {
  readonly name: string;
  readonly error: InputError;
}

/** Runs the command; the exit status. */
export async function runLive(
  names: readonly string[],
  options: LiveCommandOptions,
  environment: Environment,
): Promise<number> {
  checkLiveOptions(options);
  if (options.filter !== undefined) compileFilter(options.filter);
  const services = loadServiceTable({ portsFile: options.ports });
  const rules = options.evidence ? loadEvidenceRules(services, { rulesFile: options.rules }) : null;
  const pseudonyms =
    options.anonymise || options.anonymiseKey !== undefined
      ? loadPseudonyms(options.anonymiseKey)
      : undefined;
  const run = new LiveRun(options, environment, environment.live ?? systemOutside());
  return await run.run(names, { services, rules, ...(pseudonyms !== undefined && { pseudonyms }) });
}

type Knowledge = Pick<Parameters<typeof monitor>[1], "services" | "rules" | "pseudonyms">;

/** One run of the command. */
class LiveRun {
  readonly #options: LiveCommandOptions;
  readonly #environment: Environment;
  readonly #outside: LiveOutside;
  readonly #ending = new AbortController();
  #display: LiveDisplay | null = null;
  /** What happened before there was a display. */
  readonly #early: LiveEvent[] = [];

  constructor(options: LiveCommandOptions, environment: Environment, outside: LiveOutside) {
    this.#options = options;
    this.#environment = environment;
    this.#outside = outside;
  }

  async run(names: readonly string[], knowledge: Knowledge): Promise<number> {
    const { output } = this.#options;
    const release = this.#outside.catchSignals((signal) => this.#interrupt(signal));
    const results = output === undefined ? null : openResultOutput(output, [], this.#environment);
    try {
      const { sources, failures } = await this.#open(await this.#interfacesOf(names));
      for (const { error } of failures) this.#complain(error.message);
      if (sources.length === 0) return statusOfFailures(failures);
      const summary = await this.#monitor(sources, failures, knowledge);
      results?.write(await renderSummary(summary, { format: "json" }));
      results?.finish();
      if (showsScreen(this.#environment)) {
        const style = styleOf(this.#environment, false);
        this.#environment.stdout.write(await renderSummary(summary, { format: "table", style }));
      }
      this.#tellErrors(summary, failures);
      return summaryStatus(summary);
    } finally {
      results?.close();
      release();
    }
  }

  async #monitor(
    sources: readonly LiveSource[],
    failures: readonly Failure[],
    knowledge: Knowledge,
  ): Promise<Summary> {
    const { save, ring, filter, outer, interval, duration, count, idleTimeout, maxFlows } = this.#options;
    let saved: SavedCapture | null = null;
    try {
      saved = save === undefined ? null : new SavedCapture(save, ring ?? null);
      const display = await this.#openDisplay();
      return await monitor(sources, {
        ...knowledge,
        ...(filter !== undefined && { filter }),
        ...(interval !== undefined && { intervalSeconds: interval }),
        ...(duration !== undefined && { durationSeconds: duration }),
        ...(count !== undefined && { maxPackets: count }),
        ...(outer && { outer }),
        ...(idleTimeout !== undefined && { idleTimeoutSeconds: idleTimeout }),
        ...(maxFlows !== undefined && { maxFlows }),
        ...(saved !== null && { sink: saved }),
        failures,
        signal: this.#ending.signal,
        watchesReach: showsScreen(this.#environment),
        clock: this.#outside.clock,
        onInterval: (report, view) => display.show(report, view),
      });
    } finally {
      this.#display?.close();
      await this.#display?.finish();
      // Where the display could not be opened, nobody has stopped them.
      await Promise.all(sources.map((source) => source.stop()));
      saved?.close();
    }
  }

  async #interfacesOf(names: readonly string[]): Promise<readonly string[]> {
    if (names.length > 0) return [...new Set(names)];
    const name = await this.#outside.findDefaultInterface();
    if (name !== null) return [name];
    throw new UsageError(
      'no interface has the default route: name one ("appleflow interfaces" lists those there are)',
    );
  }

  async #open(names: readonly string[]): Promise<{ sources: LiveSource[]; failures: Failure[] }> {
    const { backend, save, promiscuous = true } = this.#options;
    const snaplen = this.#options.snaplen ?? (save === undefined ? DEFAULT_LIVE_SNAPLEN : undefined);
    const outcomes = await Promise.allSettled(
      names.map((name) =>
        this.#outside.openLive(name, backend, {
          promiscuous,
          ...(snaplen !== undefined && { snaplen }),
          onEvent: (event) => this.#tell(event),
        }),
      ),
    );
    const sources = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failures: Failure[] = [];
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === "fulfilled") continue;
      if (!(outcome.reason instanceof InputError)) {
        await Promise.all(sources.map((source) => source.stop()));
        throw outcome.reason;
      }
      failures.push({ name: names[i], error: outcome.reason });
    }
    return { sources, failures };
  }

  async #openDisplay(): Promise<LiveDisplay> {
    const requests = {
      onQuit: () => this.#ending.abort(),
      onInterrupt: () => this.#interrupt("SIGINT"),
      onReaderGone: () => this.#ending.abort(),
    };
    let display: LiveDisplay;
    if (showsScreen(this.#environment)) {
      // The program is CommonJS: a package that is not must be imported like this.
      const { default: measure } = await import("string-width");
      display = new LiveScreen(this.#environment, this.#outside, requests, measure);
    } else display = new IntervalLines(this.#environment, this.#outside, requests);
    this.#display = display;
    for (const event of this.#early) display.tell(event);
    return display;
  }

  /** The first time the end, the second time at once. */
  #interrupt(signal: EndSignal): void {
    if (!this.#ending.signal.aborted) {
      this.#ending.abort();
      return;
    }
    this.#display?.close();
    this.#environment.endAtOnce(STATUS_BY_SIGNAL[signal]);
  }

  #tell(event: LiveEvent): void {
    if (this.#display === null) this.#early.push(event);
    else this.#display.tell(event);
  }

  #complain(message: string): void {
    this.#environment.stderr.write(`appleflow: ${escapeText(message)}\n`);
  }

  /** What the summary says of sources, but for those that were complained of at the begin. */
  #tellErrors(summary: Summary, failures: readonly Failure[]): void {
    const told = new Set(failures.map(({ error }) => `appleflow: ${escapeText(error.message)}`));
    for (const line of readingNotes(summary)) {
      if (!told.has(line)) this.#environment.stderr.write(`${line}\n`);
    }
  }
}

/** A terminal that obeys nothing gets lines, as a pipe does. */
function showsScreen({ stdout, env }: Environment): boolean {
  return stdout.isTTY && env.TERM !== "dumb";
}

/** An expression that is wrong is wrong usage; an interface that is not there, or not ours, is nothing read. */
function statusOfFailures(failures: readonly Failure[]): number {
  const [first] = failures;
  if (first.error.code === "bad_filter") throw first.error;
  return STATUS_NOTHING;
}
