/** Lengths of time by which people divide it: those that buckets take where nobody says how long they are. */

/** Seconds; each is a multiple of the one before. */
export const BUCKET_LENGTHS = [
  1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400,
] as const;
