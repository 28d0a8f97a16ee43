/** The signals that ask the process to end. */
import type { Interruption } from "./interruption.ts";

/** SIGHUP: the terminal is closed. */
const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type EndSignal = (typeof END_SIGNALS)[number];

/** The exit status that shells report for a program ended by a signal: 128 and its number. */
export const STATUS_BY_SIGNAL: Readonly<Record<EndSignal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/**
 * Calls `onSignal` for each of these signals, without ending the process; calling the result stops that. SIGINT is left to
 * `interruption` for as long as it waits for one.
 */
export function catchEndSignals(
  onSignal: (signal: EndSignal) => void,
  interruption: Interruption | null = null,
): () => void {
  let isOver = false;
  for (const signal of END_SIGNALS) {
    if (signal !== "SIGINT" || interruption === null) process.on(signal, onSignal);
  }
  interruption?.whenReleased(() => {
    if (!isOver) process.on("SIGINT", onSignal);
  });
  return () => {
    isOver = true;
    for (const signal of END_SIGNALS) process.off(signal, onSignal);
  };
}
