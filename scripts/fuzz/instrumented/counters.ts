/** What instrumented code counts into. Code that is not instrumented leaves it as it is. */

/** More blocks than the sources have; the instrumentation refuses more. */
export const MOST_BLOCKS = 1 << 15;

/** How often each block was reached since it was last set to 0, modulo 256. */
export const reached = new Uint8Array(MOST_BLOCKS);
