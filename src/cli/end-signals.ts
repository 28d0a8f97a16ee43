/** The signals that ask the process to end. */

/** SIGHUP is the terminal that goes. */
const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type EndSignal = (typeof END_SIGNALS)[number];

/** Calls `onSignal` for each of them, and the process goes on; the result ends that. */
export function catchEndSignals(onSignal: (signal: EndSignal) => void): () => void {
  for (const signal of END_SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of END_SIGNALS) process.off(signal, onSignal);
  };
}
