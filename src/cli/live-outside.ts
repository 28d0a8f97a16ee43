/** The platform for live monitoring: interfaces, a clock that waits, keys, signals. */

import type { MonitorClock } from "../engine/monitor-options.ts";
import type { findDefaultInterface } from "../packets/live/default-route.ts";
import type { LiveOptions, LiveSource } from "../packets/live/live-source.ts";
import type { openLive } from "../packets/live/open-live.ts";
import type { openRemote } from "../packets/live/open-remote.ts";
import type { EndSignal } from "./end-signals.ts";
import type { Key } from "./screen/live-keys.ts";

/** The terminal on standard input and standard output. */
export interface LiveTerminal {
  /** Current columns and rows. */
  size(): { readonly columns: number; readonly rows: number };
  /** Reports typed keys without echo; calling the result stops that. Does nothing without a keyboard. */
  listen(onKey: (key: Key) => void): () => void;
  /** Calls `onResize` when the size changes; calling the result stops that. */
  watchSize(onResize: () => void): () => void;
  /** Calls `restore` if the process ends or fails before the result was called. */
  guard(restore: () => void): () => void;
}

/** Standard output, for whole lines. */
export interface LineOutput {
  /**
   * "taken": it will be read. "busy": the previous line has not been read yet, and this one is dropped. "gone": the reader
   * has closed. Throws `OutputError` if writing fails in any other way.
   */
  write(line: string): "taken" | "busy" | "gone";
  /**
   * Writes a last line, "" for none, and waits up to a second until all accepted lines have been read.
   * Nothing can be written afterwards.
   */
  finish(last: string): Promise<void>;
}

export interface LiveOutside {
  readonly openLive: typeof openLive;
  readonly openRemote: typeof openRemote;
  /** Opens a capture on standard input. */
  openInput(options: LiveOptions): Promise<LiveSource>;
  readonly findDefaultInterface: typeof findDefaultInterface;
  /** The user that reads packets if root started the process and was given up; else null. */
  readonly runsAs: string | null;
  readonly clock: MonitorClock;
  readonly terminal: LiveTerminal;
  /** Standard output, for lines. */
  openLines(): LineOutput;
  /** Calls `onSignal` for every signal that asks to end; calling the result stops that. */
  catchSignals(onSignal: (signal: EndSignal) => void): () => void;
}
