/** Round lengths of time: the default lengths of buckets. */

/** Seconds; each is a multiple of the previous one. */
export const BUCKET_LENGTHS = [
  1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400,
] as const;
