/** The system's platform for live monitoring. */
import { setTimeout as pause } from "node:timers/promises";
import { isatty, ReadStream } from "node:tty";
import { findDefaultInterface } from "../packets/live/default-route.ts";
import type { KeptRoot } from "../packets/live/kept-program.ts";
import { openBy } from "../packets/live/open-by.ts";
import { openRemote, openStream } from "../packets/live/open-remote.ts";
import { startHere } from "../packets/live/start-here.ts";
import { catchEndSignals } from "./end-signals.ts";
import { standardLines } from "./line-output.ts";
import type { LiveOutside, LiveTerminal } from "./live-outside.ts";
import { listenForKeys } from "./screen/live-keys.ts";
import { DEFAULT_COLUMNS } from "./terminal-style.ts";

/** Standard input as a capture source. */
export const STANDARD_INPUT = "-";

/** The system's platform; `kept` if this process has given up root. */
export function systemOutside(kept: KeptRoot | null): LiveOutside {
  return {
    openLive: (name, backend, options = {}) => openBy(kept?.start ?? startHere, name, backend, options),
    openRemote,
    openInput: (options) => openStream(process.stdin, STANDARD_INPUT, options),
    runsAs: kept?.user.name ?? null,
    findDefaultInterface,
    clock: {
      now: () => performance.now(),
      date: () => new Date(),
      wait: (milliseconds, signal) => pause(milliseconds, undefined, { signal }).catch(() => undefined),
    },
    terminal: systemTerminal(),
    openLines: standardLines,
    catchSignals: (onSignal) => (kept ?? { catchSignals: catchEndSignals }).catchSignals(onSignal),
  };
}

const DEFAULT_ROWS = 24;
const STANDARD_ERROR = 2;

/**
 * The keyboard of the terminal: standard input, or if a capture comes on that, the terminal's other readable descriptor: standard
 * error, as pagers use it.
 */
function findKeyboard(): ReadStream | null {
  const { stdin } = process;
  if (stdin.isTTY) return stdin;
  return isatty(STANDARD_ERROR) ? new ReadStream(STANDARD_ERROR) : null;
}

function systemTerminal(): LiveTerminal {
  return {
    size: () => ({
      // A terminal of unknown size reports 0.
      columns: process.stdout.columns || DEFAULT_COLUMNS,
      rows: process.stdout.rows || DEFAULT_ROWS,
    }),
    listen(onKey) {
      const keyboard = findKeyboard();
      if (keyboard === null) return () => {};
      keyboard.setRawMode(true);
      const stopListening = listenForKeys(keyboard, onKey);
      keyboard.resume();
      return () => {
        stopListening();
        keyboard.setRawMode(false);
        keyboard.pause();
        keyboard.unref();
      };
    },
    watchSize(onResize) {
      process.stdout.on("resize", onResize);
      return () => process.stdout.off("resize", onResize);
    },
    guard(restore) {
      process.on("exit", restore);
      // Before the failure is written: the text would go to a screen that disappears.
      process.prependListener("uncaughtException", restore);
      return () => {
        process.off("exit", restore);
        process.off("uncaughtException", restore);
      };
    },
  };
}
