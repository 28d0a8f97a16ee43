/** The counters of instrumented code. Uninstrumented code does not change them. */

/** More blocks than the sources have; the instrumentation refuses more. */
export const MOST_BLOCKS = 1 << 15;

/** Number of times each block was reached since it was last set to 0, modulo 256. */
export const reached = new Uint8Array(MOST_BLOCKS);
