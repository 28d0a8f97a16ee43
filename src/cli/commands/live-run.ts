/** One run of `appleflow live`: opens the interfaces, monitors them, shows and writes what comes of it. */
import { monitor } from "../../engine/monitor.ts";
import type { ReadingOptions } from "../../engine/reading-options.ts";
import { summaryStatus } from "../../engine/summarize.ts";
import { InputError } from "../../errors.ts";
import { DEFAULT_KEEP, type Keep } from "../../history/roll-up.ts";
import type { Ring } from "../../packets/files/ring-files.ts";
import { SavedCapture } from "../../packets/files/saved-capture.ts";
import { chooseDevices } from "../../packets/live/live-devices.ts";
import type { BackendName, LiveEvent, LiveSource } from "../../packets/live/live-source.ts";
import { escapeText } from "../../render/render-escape.ts";
import { writeSummary } from "../../render/render-summary.ts";
import { countOf } from "../../render/render-units.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import type { EndSignal } from "../end-signals.ts";
import { type Environment, NotSavedError, UsageError } from "../environment.ts";
import { STATUS_NOT_SAVED, STATUS_NOTHING_READ } from "../exit-status.ts";
import { type HistoryWriteOptions, hostSensor } from "../history-options.ts";
import type { LiveOutside } from "../live-outside.ts";
import { openResultOutput, type ResultOutput } from "../output-file.ts";
import { readingNotes, writeNotes } from "../reading-notes.ts";
import type { ReadingCommandOptions } from "../reading-options.ts";
import { IntervalLines, type LiveDisplay, LiveScreen } from "../screen/live-display.ts";
import { styleOf } from "../terminal-style.ts";
import { LiveHistory } from "./live-history.ts";

/** As commander hands them over. */
export interface LiveCommandOptions extends ReadingCommandOptions, HistoryWriteOptions {
  /** Seconds. */
  readonly duration?: number;
  readonly count?: number;
  /** Seconds. */
  readonly interval?: number;
  readonly snaplen?: number;
  /** `--no-promiscuous` makes it false; undefined where neither is given. */
  readonly promiscuous?: boolean;
  readonly backend: BackendName | "auto";
  readonly save?: string;
  readonly ring?: Ring;
  readonly keep?: Keep;
  readonly output?: string;
}

/**
 * Names stand in the first bytes of a flow; a client hello of two segments, which the card's driver may have merged, has
 * room. The kernel's buffer has a place of this length for every packet: with all bytes of a packet, 256 places, 20,000
 * packets per second lost 2 % here whenever a report was made, and none with this.
 */
export const DEFAULT_LIVE_SNAPLEN = 3_072;

/** What shells say of a program that a signal has ended: 128 and its number. */
const STATUS_BY_SIGNAL: Readonly<Record<EndSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** An interface that could not be opened. */
interface Failure {
  readonly name: string;
  readonly error: InputError;
}

/** What is told while captures go on: of an interface, or of what is saved. */
type News = Pick<LiveEvent, "message"> & Partial<LiveEvent>;

/** One run of the command. */
export class LiveRun {
  readonly #options: LiveCommandOptions;
  readonly #environment: Environment;
  readonly #outside: LiveOutside;
  readonly #ending = new AbortController();
  #display: LiveDisplay | null = null;
  /** What happened before there was a display. */
  readonly #early: News[] = [];
  readonly #notes = new Set<string>();
  /** Whether something of the results could not be saved. */
  #isSaved = true;

  constructor(options: LiveCommandOptions, environment: Environment, outside: LiveOutside) {
    this.#options = options;
    this.#environment = environment;
    this.#outside = outside;
  }

  async run(names: readonly string[], reading: ReadingOptions): Promise<number> {
    const { output } = this.#options;
    const release = this.#outside.catchSignals((signal) => this.#interrupt(signal));
    const results = output === undefined ? null : openResultOutput(output, [], this.#environment);
    try {
      const { sources, failures } = await this.#open(names, reading);
      for (const { error } of failures) this.#complain(error.message);
      if (sources.length === 0) return statusOfFailures(failures);
      const summary = await this.#monitor(sources, failures, reading);
      if (results !== null) await this.#save(summary, results);
      if (showsScreen(this.#environment)) {
        const style = styleOf(this.#environment, false);
        const { stdout } = this.#environment;
        await writeSummary(summary, { format: "table", style }, (piece) => stdout.write(piece));
      }
      this.#tellErrors(summary, failures);
      return this.#isSaved ? summaryStatus(summary) : STATUS_NOT_SAVED;
    } finally {
      results?.close();
      release();
    }
  }

  /** Where that cannot be, the summary is shown all the same. */
  async #save(summary: Summary, results: ResultOutput): Promise<void> {
    try {
      await writeSummary(summary, { format: "json" }, results.write);
      results.finish();
    } catch (error) {
      if (!(error instanceof NotSavedError)) throw error;
      this.#isSaved = false;
      this.#complain(error.message);
    }
  }

  async #monitor(
    sources: readonly LiveSource[],
    failures: readonly Failure[],
    reading: ReadingOptions,
  ): Promise<Summary> {
    const { save, ring, interval, duration, count } = this.#options;
    let saved: SavedCapture | null = null;
    let history: LiveHistory | null = null;
    try {
      const tell = (message: string) => this.#tell({ message });
      saved = save === undefined ? null : new SavedCapture(save, ring ?? null, tell);
      history = await this.#openHistory(tell);
      const display = await this.#openDisplay();
      return await monitor(sources, {
        ...reading,
        ...(interval !== undefined && { intervalSeconds: interval }),
        ...(duration !== undefined && { durationSeconds: duration }),
        ...(count !== undefined && { maxPackets: count }),
        ...(saved !== null && { sink: saved }),
        ...(history !== null && { history }),
        failures,
        signal: this.#ending.signal,
        watchesReach: showsScreen(this.#environment),
        clock: this.#outside.clock,
        onInterval: (report, view) => display.show(report, view),
      });
    } finally {
      // It may have something to tell.
      if (saved !== null) await this.#close(saved);
      if (history !== null) await this.#closeHistory(history);
      this.#display?.close();
      await this.#display?.finish();
      // Where the display could not be opened, nobody has stopped them.
      await Promise.all(sources.map((source) => source.stop()));
    }
  }

  async #close(saved: SavedCapture): Promise<void> {
    await saved.close();
    const { lostPackets } = saved;
    if (lostPackets === 0) return;
    this.#isSaved = false;
    this.#tell({ message: `${lostPackets} ${lostPackets === 1 ? "packet was" : "packets were"} not saved` });
  }

  async #openHistory(tell: (message: string) => void): Promise<LiveHistory | null> {
    const { history: folder, sensor = hostSensor(), keep = DEFAULT_KEEP } = this.#options;
    if (folder === undefined) return null;
    const now = () => this.#outside.clock.date().getTime();
    return await LiveHistory.open({ folder, sensor, keep, now }, tell);
  }

  async #closeHistory(history: LiveHistory): Promise<void> {
    await history.close();
    const { lostBuckets, isInPlace } = history;
    if (lostBuckets > 0)
      this.#tell({ message: `not kept of the history: ${countOf(lostBuckets, "minute")}` });
    if (lostBuckets > 0 || !isInPlace) this.#isSaved = false;
  }

  async #open(
    wanted: readonly string[],
    { rules }: ReadingOptions,
  ): Promise<{ sources: LiveSource[]; failures: Failure[] }> {
    const { backend, save, promiscuous } = this.#options;
    const findDefault = () => this.#outside.findDefaultInterface(this.#environment.env);
    const snaplen = this.#options.snaplen ?? (save === undefined ? DEFAULT_LIVE_SNAPLEN : undefined);
    const options = {
      env: this.#environment.env,
      ...(promiscuous !== undefined && { promiscuous }),
      ...(rules === null && { processes: false }),
      ...(snaplen !== undefined && { snaplen }),
      onEvent: (event: LiveEvent) => this.#tell(event),
    };
    const { names, isDefault } = await chooseDevices(wanted, backend, options, findDefault);
    if (names.length === 0) {
      throw new UsageError(
        'no interface has the default route: name one ("appleflow interfaces" lists those there are)',
      );
    }
    const following = isDefault ? { ...options, follow: findDefault } : options;
    const outcomes = await Promise.allSettled(
      names.map((name) => this.#outside.openLive(name, backend, following)),
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
      onNotSaved: () => {
        this.#isSaved = false;
      },
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

  #tell(event: News): void {
    if (event.kind === "note") {
      // What one interface does not show, the others do not show either.
      if (this.#notes.has(event.message)) return;
      this.#notes.add(event.message);
    }
    if (this.#display === null) this.#early.push(event);
    else this.#display.tell(event);
  }

  #complain(message: string): void {
    this.#environment.stderr.write(`appleflow: ${escapeText(message)}\n`);
  }

  /** What the summary says of sources, but for those that were complained of at the begin. */
  #tellErrors(summary: Summary, failures: readonly Failure[]): void {
    const told = new Set(failures.map(({ error }) => `appleflow: ${escapeText(error.message)}`));
    const untold = readingNotes(summary).filter((line) => !told.has(line));
    writeNotes(untold, this.#environment);
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
  return STATUS_NOTHING_READ;
}
