/** Display of monitoring on a terminal: a full screen. */

import type { IntervalReport } from "../../engine/interval-report.ts";
import type { LiveView } from "../../engine/monitor-options.ts";
import type { LiveEvent } from "../../packets/live/live-source.ts";
import { escapeText } from "../../render/render-escape.ts";
import { textColors } from "../../render/text-colors.ts";
import type { LiveFlowQuery } from "../../reports/flows/live-flows.ts";
import type { Environment } from "../environment.ts";
import type { LiveOutside } from "../live-outside.ts";
import { styleOf } from "../terminal-style.ts";
import { applyKey } from "./apply-key.ts";
import { queryOf, queryText } from "./connection-view.ts";
import { frameOf } from "./live-frame.ts";
import type { Key } from "./live-keys.ts";
import { fitScroll, screenLines } from "./live-screen.ts";
import { lookUpFor, wantedIn } from "./look-up.ts";
import { FIRST_STATE, type ScreenState } from "./screen-state.ts";
import { ScreenWriter } from "./screen-writer.ts";

/** Shows reports until it is closed. */
export interface LiveDisplay {
  /** Which live flows the next report should contain; null: none. */
  readonly flowQuery: (() => LiveFlowQuery) | null;
  show(report: IntervalReport, view: LiveView): void;
  /** Reports an event of an interface or of the program itself: one line. Hostile text. */
  tell(event: Pick<LiveEvent, "message">): void;
  /** Restores the terminal; may be called more than once. */
  close(): void;
  /** Waits briefly for remaining readers. */
  finish(): Promise<void>;
}

/** Requests of a display to the command. */
export interface DisplayRequests {
  /** End with a summary; a second Ctrl-C ends immediately. */
  readonly onQuit: () => void;
  readonly onInterrupt: () => void;
  /** The reader has closed. */
  readonly onReaderGone: () => void;
  /** Standard output accepts no more lines (a full disk), which was reported. Monitoring continues. */
  readonly onNotSaved: () => void;
}

/** Minimum time between frames. */
const FRAME_MS = 100;
/** A view's data is looked up again after this multiple of the time that the look-up took. */
const LOADS_APART = 9;
/** How often the time of day on the screen is checked; a report mostly comes first. */
const CLOCK_MS = 250;
const SECOND_LENGTH = "2026-01-31T09:30:00".length;
/** How long a notice is shown. */
const NOTICE_MS = 10_000;

export class LiveScreen implements LiveDisplay {
  readonly #environment: Environment;
  readonly #outside: LiveOutside;
  readonly #requests: DisplayRequests;
  readonly #measure: (text: string) => number;
  readonly #writer: ScreenWriter;
  readonly #events: string[] = [];
  readonly #closing = new AbortController();
  readonly #undo: (() => void)[] = [];
  #state: ScreenState = FIRST_STATE;
  #view: LiveView | null = null;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #isWaiting = false;
  #isLoading = false;
  /** Not earlier, unless requested. */
  #loadAt = 0;
  #noticeAt = 0;
  /** The query that the flows of the next report answer. */
  #asked = "";

  /** Takes over the terminal. `measure`: columns that a text takes there. */
  constructor(
    environment: Environment,
    outside: LiveOutside,
    requests: DisplayRequests,
    measure: (text: string) => number,
  ) {
    this.#measure = measure;
    this.#environment = environment;
    this.#outside = outside;
    this.#requests = requests;
    this.#writer = new ScreenWriter(environment.stdout);
    const { terminal } = outside;
    this.#undo.push(terminal.guard(() => this.#writer.close()));
    this.#writer.open();
    this.#undo.push(terminal.listen((key) => this.#obey(key)));
    this.#undo.push(terminal.watchSize(() => this.#requestFrame()));
    this.#requestFrame();
    void this.#tick();
  }

  show(report: IntervalReport, view: LiveView): void {
    this.#view = view;
    const isOld = this.#outside.clock.now() - this.#noticeAt > NOTICE_MS;
    if (isOld && this.#state.notice !== null) this.#state = { ...this.#state, notice: null };
    // After the last report there are no live flows to search.
    if (!this.#state.isPaused && !report.isLast) {
      this.#state = { ...this.#state, frame: frameOf(report, this.#asked, this.#outside.runsAs) };
      if (this.#outside.clock.now() >= this.#loadAt) this.#load();
    }
    this.#requestFrame();
  }

  readonly flowQuery = (): LiveFlowQuery => {
    const query = queryOf(this.#state);
    this.#asked = queryText(query);
    return query;
  };

  tell({ message }: Pick<LiveEvent, "message">): void {
    this.#events.push(message);
    if (this.#events.length > MAX_EVENTS) this.#events.shift();
    this.#state = { ...this.#state, told: [...this.#events] };
    this.#notice(message);
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#writer.close();
    for (const undo of this.#undo.reverse()) undo();
    // They were on the screen, which is gone.
    for (const message of this.#events) {
      this.#environment.stderr.write(`appleflow: ${escapeText(message)}\n`);
    }
  }

  async finish(): Promise<void> {}

  #notice(text: string): void {
    this.#noticeAt = this.#outside.clock.now();
    this.#state = { ...this.#state, notice: text };
    this.#requestFrame();
  }

  #obey(key: Key): void {
    const { state, action } = applyKey(this.#state, key);
    this.#state = state;
    if (action === "load") this.#load();
    else if (action === "quit") this.#requests.onQuit();
    else if (action === "interrupt") this.#requests.onInterrupt();
    if (action === "quit" || action === "interrupt") this.#notice("ending ...");
    this.#requestFrame();
  }

  /** Looks up the data of the view, unless that is in progress. */
  #load(): void {
    if (this.#isLoading || this.#view === null) return;
    const lookUp = lookUpFor(this.#state, this.#view);
    if (lookUp === null) return;
    this.#isLoading = true;
    const { clock } = this.#outside;
    const begunAt = clock.now();
    void lookUp.found.then((found) => {
      this.#isLoading = false;
      const now = clock.now();
      this.#loadAt = now + LOADS_APART * (now - begunAt);
      // The view may have changed in the meantime.
      if (wantedIn(this.#state) === lookUp.wanted) this.#state = { ...this.#state, ...found };
      else this.#load();
      this.#requestFrame();
    });
  }

  /** Keeps the time of day current if reports are far apart. */
  async #tick(): Promise<void> {
    const { clock } = this.#outside;
    const { signal } = this.#closing;
    await clock.wait(CLOCK_MS / 2, signal);
    while (!signal.aborted) {
      const second = clock.date().toISOString().slice(0, SECOND_LENGTH);
      if (!this.#state.time.startsWith(second)) this.#requestFrame();
      await clock.wait(CLOCK_MS, signal);
    }
  }

  /** Draws now, or as soon as the last frame is old enough. */
  #requestFrame(): void {
    if (this.#isWaiting || this.#closing.signal.aborted) return;
    const { clock } = this.#outside;
    const wait = this.#drawnAt + FRAME_MS - clock.now();
    if (wait <= 0) {
      this.#draw();
      return;
    }
    this.#isWaiting = true;
    void clock.wait(wait, this.#closing.signal).then(() => {
      this.#isWaiting = false;
      if (!this.#closing.signal.aborted) this.#draw();
    });
  }

  #draw(): void {
    const { clock } = this.#outside;
    this.#drawnAt = clock.now();
    this.#state = { ...this.#state, time: clock.date().toISOString() };
    const { columns, rows } = this.#outside.terminal.size();
    const style = { ...styleOf(this.#environment, false), width: columns };
    const colors = textColors(style.colors);
    const drawing = { style, measure: this.#measure, colors, dash: style.ascii ? "-" : "–" };
    this.#state = fitScroll(this.#state, rows, drawing);
    if (!this.#writer.draw(screenLines(this.#state, rows, drawing), columns)) this.#requests.onReaderGone();
  }
}

/** Events that are repeated after the screen has closed. */
const MAX_EVENTS = 20;
