/** What only live monitoring needs of the outside: interfaces, a clock that waits, keys, signals. */

import type { MonitorClock } from "../engine/monitor-options.ts";
import type { findDefaultInterface } from "../packets/live/default-route.ts";
import type { LiveOptions, LiveSource } from "../packets/live/live-source.ts";
import type { openLive } from "../packets/live/open-live.ts";
import type { openRemote } from "../packets/live/open-remote.ts";
import type { EndSignal } from "./end-signals.ts";
import type { Key } from "./screen/live-keys.ts";

/** The terminal that standard input and standard output are. */
export interface LiveTerminal {
  /** Columns and rows now. */
  size(): { readonly columns: number; readonly rows: number };
  /** Hands over what is typed, key by key and unseen; the result ends that. Does nothing without a keyboard. */
  listen(onKey: (key: Key) => void): () => void;
  /** Calls `onResize` when the size changes; the result ends that. */
  watchSize(onResize: () => void): () => void;
  /** Calls `restore` when the process ends or fails before the result was called. */
  guard(restore: () => void): () => void;
}

/** Standard output, for whole lines. */
export interface LineOutput {
  /**
   * "taken": it will be read. "busy": the line before has not been read yet, and this one is left out. "gone": nobody
   * reads any more. Throws `OutputError` where writing fails in any other way.
   */
  write(line: string): "taken" | "busy" | "gone";
  /**
   * Writes a last line, "" for none, and waits until all that was taken has been read, but no longer than a second.
   * Nothing can be written any more.
   */
  finish(last: string): Promise<void>;
}

export interface LiveOutside {
  readonly openLive: typeof openLive;
  readonly openRemote: typeof openRemote;
  /** Opens what comes by standard input. */
  openInput(options: LiveOptions): Promise<LiveSource>;
  readonly findDefaultInterface: typeof findDefaultInterface;
  /** The user that packets are read as, where root has started it and was given up; else null. */
  readonly runsAs: string | null;
  readonly clock: MonitorClock;
  readonly terminal: LiveTerminal;
  /** Standard output, for lines. */
  openLines(): LineOutput;
  /** Calls `onSignal` for every signal that asks us to end; the result ends that. */
  catchSignals(onSignal: (signal: EndSignal) => void): () => void;
}
