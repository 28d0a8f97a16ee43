/**
 * Points in time: whole seconds and nanoseconds, since one number cannot hold both exactly. The kernel imports
 * `NO_TIME` from here, so AssemblyScript must be able to compile this file.
 */

/**
 * Value of both numbers of an unknown time (a pcapng Simple Packet Block has none). As seconds it is later than every
 * valid time; the last one is 2106-02-07T06:28:14Z.
 */
export const NO_TIME = 0xffffffff;

/** Per second. */
export const NANOSECONDS = 1_000_000_000;

/** Longest duration that an option accepts, in seconds: a leap year. */
export const MAX_DURATION_SECONDS = 31_622_400;

/** A point in time. */
export interface Moment {
  /** Since 1970-01-01T00:00:00Z. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanoseconds: number;
}

/** Negative if `a` is before `b`, 0 if they are equal. */
export function compareMoments(a: Moment, b: Moment): number {
  return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

/** The earlier of two moments, either of which may be unknown. */
export function earlier(a: Moment | null, b: Moment | null): Moment | null {
  if (a === null || b === null) return a === null ? b : a;
  return compareMoments(b, a) < 0 ? b : a;
}

/** The later of two moments, either of which may be unknown. */
export function later(a: Moment | null, b: Moment | null): Moment | null {
  if (a === null || b === null) return a === null ? b : a;
  return compareMoments(b, a) > 0 ? b : a;
}
