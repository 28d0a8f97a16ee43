/** One run of `appleflow live`: opens the interfaces, monitors them, and shows and writes the results. */
import { monitor } from "../../engine/monitor.ts";
import type { ReadingOptions } from "../../engine/reading-options.ts";
import { summaryStatus } from "../../engine/summarize.ts";
import { InputError } from "../../errors.ts";
import { DEFAULT_KEEP } from "../../history/roll-up.ts";
import { SavedCapture } from "../../packets/files/saved-capture.ts";
import { chooseDevices } from "../../packets/live/live-devices.ts";
import type { LiveEvent, LiveSource } from "../../packets/live/live-source.ts";
import { escapeText } from "../../render/render-escape.ts";
import { writeSummary } from "../../render/render-summary.ts";
import { countOf } from "../../render/render-units.ts";
import type { Summary } from "../../reports/traffic/summary.ts";
import type { LivePage } from "../../web/live-page.ts";
import { type OpenedPage, openInBrowser } from "../../web/open-in-browser.ts";
import type { PageSetting } from "../../web/page-setting.ts";
import { type EndSignal, STATUS_BY_SIGNAL } from "../end-signals.ts";
import { type Environment, NotSavedError, UsageError } from "../environment.ts";
import { STATUS_NOT_SAVED, STATUS_NOTHING_READ } from "../exit-status.ts";
import { hostSensor } from "../history-options.ts";
import type { LiveOutside } from "../live-outside.ts";
import { openResultOutput, type ResultOutput } from "../output-file.ts";
import { readingNotes, writeNotes } from "../reading-notes.ts";
import { IntervalLines } from "../screen/interval-lines.ts";
import { type LiveDisplay, LiveScreen } from "../screen/live-display.ts";
import { STANDARD_INPUT } from "../system-outside.ts";
import { styleOf } from "../terminal-style.ts";
import { LiveHistory } from "./live-history.ts";
import { LiveMetricsPage } from "./live-metrics-page.ts";
import { type LiveCommandOptions, liveOptions } from "./live-options.ts";
import { openLivePage } from "./web-page.ts";

/** An interface that could not be opened. */
interface Failure {
  readonly name: string;
  readonly error: InputError;
}

/** Messages while capturing: of an interface, or of the saved packets. */
type News = Pick<LiveEvent, "message"> & Partial<LiveEvent>;

/** One run of the command. */
export class LiveRun {
  readonly #options: LiveCommandOptions;
  readonly #environment: Environment;
  readonly #outside: LiveOutside;
  readonly #page: PageSetting | null;
  readonly #ending = new AbortController();
  #display: LiveDisplay | null = null;
  /** Messages from before there was a display. */
  readonly #early: News[] = [];
  readonly #notes = new Set<string>();
  /** Whether interfaces are being opened, which a remote side may delay indefinitely. */
  #isOpening = false;
  /** Whether all results could be saved. */
  #isSaved = true;

  constructor(
    options: LiveCommandOptions,
    environment: Environment,
    outside: LiveOutside,
    page: PageSetting | null,
  ) {
    this.#page = page;
    this.#options = options;
    this.#environment = environment;
    this.#outside = outside;
  }

  async run(names: readonly string[], reading: ReadingOptions): Promise<number> {
    const { output } = this.#options;
    const release = this.#outside.catchSignals((signal) => this.#interrupt(signal));
    const results = output === undefined ? null : openResultOutput(output, [], this.#environment);
    try {
      this.#isOpening = true;
      const { sources, failures } = await this.#open(names);
      this.#isOpening = false;
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

  /** If saving fails, the summary is shown nevertheless. */
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
    const { save, ring, interval, duration, count, metrics, metricsDevices = 0 } = this.#options;
    let saved: SavedCapture | null = null;
    let counters: LiveMetricsPage | null = null;
    let history: LiveHistory | null = null;
    let page: LivePage | null = null;
    let opened: OpenedPage | null = null;
    try {
      const tell = (message: string) => this.#tell({ message });
      saved = save === undefined ? null : new SavedCapture(save, ring ?? null, tell);
      history = await this.#openHistory(tell);
      counters = metrics === undefined ? null : await LiveMetricsPage.open(metrics, metricsDevices);
      page = this.#page && (await openLivePage(this.#page, reading, this.#options.history));
      const display = await this.#openDisplay();
      if (counters !== null) this.#tell({ message: `metrics: ${counters.url}` });
      if (page !== null) {
        this.#tell({ message: `page: ${page.url}` });
        if (this.#options.open) opened = await this.#openPage(page.url);
      }
      return await monitor(sources, {
        ...reading,
        ...(interval !== undefined && { intervalSeconds: interval }),
        ...(duration !== undefined && { durationSeconds: duration }),
        ...(count !== undefined && { maxPackets: count }),
        ...(saved !== null && { sink: saved }),
        ...(history !== null && { history }),
        failures,
        signal: this.#ending.signal,
        watchesReach: showsScreen(this.#environment) || counters !== null || page !== null,
        tellsDevices: showsScreen(this.#environment) || page !== null,
        ...(display.flowQuery !== null && { flowQuery: display.flowQuery }),
        clock: this.#outside.clock,
        onInterval: (report, view) => {
          display.show(report, view);
          counters?.show(report, view);
          page?.show(report, view);
        },
      });
    } finally {
      counters?.close();
      page?.close();
      opened?.close();
      // Closing may report lost packets.
      if (saved !== null) await this.#close(saved);
      if (history !== null) await this.#closeHistory(history);
      this.#display?.close();
      await this.#display?.finish();
      // If the display could not be opened, nothing has stopped them yet.
      await Promise.all(sources.map((source) => source.stop()));
    }
  }

  async #openPage(url: string): Promise<OpenedPage | null> {
    const opened = await openInBrowser(url, this.#environment.env);
    if (opened === null) this.#tell({ message: "found no desktop to open the page: open it yourself" });
    return opened;
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
      this.#tell({ message: `missing from the history: ${countOf(lostBuckets, "minute")}` });
    if (lostBuckets > 0 || !isInPlace) this.#isSaved = false;
  }

  async #open(wanted: readonly string[]): Promise<{ sources: LiveSource[]; failures: Failure[] }> {
    const { backend, remote = [] } = this.#options;
    const findDefault = () => this.#outside.findDefaultInterface(this.#environment.env);
    const options = {
      ...liveOptions(this.#options, this.#environment.env),
      onEvent: (event: LiveEvent) => this.#tell(event),
    };
    const here = wanted.filter((name) => name !== STANDARD_INPUT);
    const isElsewhere = remote.length > 0 || here.length < wanted.length;
    const { names, isDefault } =
      isElsewhere && here.length === 0
        ? { names: [], isDefault: false }
        : await chooseDevices(here, backend, options, findDefault);
    if (names.length === 0 && !isElsewhere) {
      throw new UsageError(
        'no interface has the default route: name one ("appleflow interfaces" lists them)',
      );
    }
    const following = isDefault ? { ...options, follow: findDefault } : options;
    const outside = this.#outside;
    const openings = [
      ...names.map((name) => ({ name, opened: outside.openLive(name, backend, following) })),
      ...remote.map((name) => ({ name, opened: outside.openRemote(name, options) })),
      ...(here.length < wanted.length ? [{ name: STANDARD_INPUT, opened: outside.openInput(options) }] : []),
    ];
    const outcomes = await Promise.allSettled(openings.map(({ opened }) => opened));
    const sources = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failures: Failure[] = [];
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === "fulfilled") continue;
      if (!(outcome.reason instanceof InputError)) {
        await Promise.all(sources.map((source) => source.stop()));
        throw outcome.reason;
      }
      failures.push({ name: openings[i].name, error: outcome.reason });
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

  /** The first signal ends the run, the second one exits immediately; so does the first one if nothing is captured yet. */
  #interrupt(signal: EndSignal): void {
    if (!this.#ending.signal.aborted && !this.#isOpening) {
      this.#ending.abort();
      return;
    }
    this.#display?.close();
    this.#environment.endAtOnce(STATUS_BY_SIGNAL[signal]);
  }

  #tell(event: News): void {
    if (event.kind === "note") {
      // A message is shown once, even if several interfaces report it.
      if (this.#notes.has(event.message)) return;
      this.#notes.add(event.message);
    }
    if (this.#display === null) this.#early.push(event);
    else this.#display.tell(event);
  }

  #complain(message: string): void {
    this.#environment.stderr.write(`appleflow: ${escapeText(message)}\n`);
  }

  /** Errors of sources in the summary, except those reported at the start. */
  #tellErrors(summary: Summary, failures: readonly Failure[]): void {
    const told = new Set(failures.map(({ error }) => `appleflow: ${escapeText(error.message)}`));
    const untold = readingNotes(summary).filter((line) => !told.has(line));
    writeNotes(untold, this.#environment);
  }
}

/** A terminal without control sequences gets lines, as a pipe does. */
function showsScreen({ stdout, env }: Environment): boolean {
  return stdout.isTTY && env.TERM !== "dumb";
}

/** An invalid expression is wrong usage; a missing or forbidden interface means that nothing was read. */
function statusOfFailures(failures: readonly Failure[]): number {
  const [first] = failures;
  if (first.error.code === "bad_filter") throw first.error;
  return STATUS_NOTHING_READ;
}
