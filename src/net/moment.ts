/**
 * Points in time: whole seconds and nanoseconds, since one number cannot hold both exactly. The kernel takes `NO_TIME` from
 * here, so that this file must be one that AssemblyScript can read, too.
 */

/**
 * In both numbers of a time that is not known (a pcapng Simple Packet Block has none). As seconds it lies beyond
 * every time that is told apart: the last one is 2106-02-07T06:28:14Z.
 */
export const NO_TIME = 0xffffffff;

/** In a second. */
export const NANOSECONDS = 1_000_000_000;

/** The longest length of time that can be asked for, in seconds: a leap year. */
export const MOST_DURATION_SECONDS = 31_622_400;

/** A point in time. */
export interface Moment {
  /** Since 1970-01-01T00:00:00Z. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
}

/** Negative when `a` is before `b`, 0 when they are the same. */
export function compareMoments(a: Moment, b: Moment): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

/** The earlier of two moments, of which either may be unknown. */
export function earlier(a: Moment | null, b: Moment | null): Moment | null {
  if (a === null || b === null) return a === null ? b : a;
  return compareMoments(b, a) < 0 ? b : a;
}

/** The later of two moments, of which either may be unknown. */
export function later(a: Moment | null, b: Moment | null): Moment | null {
  if (a === null || b === null) return a === null ? b : a;
  return compareMoments(b, a) > 0 ? b : a;
}
