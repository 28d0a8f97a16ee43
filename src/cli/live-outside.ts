/** What only live monitoring needs of the outside: interfaces, a clock that waits, keys, signals. */
import { setTimeout as pause } from "node:timers/promises";
import { findDefaultInterface, type MonitorClock, openLive } from "../index.ts";
import { type LineOutput, standardLines } from "./line-output.ts";

/** Signals that end monitoring. SIGHUP is the terminal that goes. */
export const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type EndSignal = (typeof END_SIGNALS)[number];

/** The terminal that standard input and standard output are. */
export interface LiveTerminal {
  /** Columns and rows now. */
  size(): { readonly columns: number; readonly rows: number };
  /** Hands over what is typed, key by key and unseen; the result ends that. Does nothing without a keyboard. */
  listen(onInput: (text: string) => void): () => void;
  /** Calls `onResize` when the size changes; the result ends that. */
  watchSize(onResize: () => void): () => void;
  /** Calls `restore` when the process ends or fails before the result was called. */
  guard(restore: () => void): () => void;
}

export interface LiveOutside {
  readonly openLive: typeof openLive;
  readonly findDefaultInterface: typeof findDefaultInterface;
  readonly clock: MonitorClock;
  readonly terminal: LiveTerminal;
  /** Standard output, for lines. */
  openLines(): LineOutput;
  /** Calls `onSignal` for every signal that asks us to end; the result ends that. */
  catchSignals(onSignal: (signal: EndSignal) => void): () => void;
}

/** The system's own. */
export function systemOutside(): LiveOutside {
  return {
    openLive,
    findDefaultInterface,
    clock: {
      now: () => performance.now(),
      date: () => new Date(),
      wait: (milliseconds, signal) => pause(milliseconds, undefined, { signal }).catch(() => undefined),
    },
    terminal: systemTerminal(),
    openLines: standardLines,
    catchSignals(onSignal) {
      for (const signal of END_SIGNALS) process.on(signal, onSignal);
      return () => {
        for (const signal of END_SIGNALS) process.off(signal, onSignal);
      };
    },
  };
}

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

function systemTerminal(): LiveTerminal {
  return {
    size: () => ({
      // A terminal that does not know its size says 0.
      columns: process.stdout.columns || DEFAULT_COLUMNS,
      rows: process.stdout.rows || DEFAULT_ROWS,
    }),
    listen(onInput) {
      const { stdin } = process;
      if (!stdin.isTTY) return () => {};
      stdin.setRawMode(true);
      stdin.setEncoding("utf8");
      stdin.on("data", onInput);
      stdin.resume();
      return () => {
        stdin.off("data", onInput);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
    watchSize(onResize) {
      process.stdout.on("resize", onResize);
      return () => process.stdout.off("resize", onResize);
    },
    guard(restore) {
      process.on("exit", restore);
      // Before anybody writes what has failed: it would stand on a screen that goes away.
      process.prependListener("uncaughtException", restore);
      return () => {
        process.off("exit", restore);
        process.off("uncaughtException", restore);
      };
    },
  };
}
