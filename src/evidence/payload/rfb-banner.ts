/**
 * The first words of a screen sharing server (RFC 6143, 7.1.1): `RFB 003.008` and a line feed. Apple's says 003.889,
 * a version that no standard has.
 */

const APPLE_BANNER = "RFB 003.889\n";

/** What a banner tells. */
export const RfbBanner = {
  /** Not RFB, or any server's. */
  OTHER: 0,
  /** Not all of it is there. */
  UNFINISHED: 1,
  APPLE: 2,
} as const;

/** One of `RfbBanner`. */
export type RfbBanner = (typeof RfbBanner)[keyof typeof RfbBanner];

/** Reads the banner that may stand at `offset`. `bytes` is borrowed for the call. */
export function readRfbBanner(bytes: Uint8Array, offset: number, end: number): RfbBanner {
  const length = Math.min(end - offset, APPLE_BANNER.length);
  for (let i = 0; i < length; i++) {
    if (bytes[offset + i] !== APPLE_BANNER.charCodeAt(i)) return RfbBanner.OTHER;
  }
  return length < APPLE_BANNER.length ? RfbBanner.UNFINISHED : RfbBanner.APPLE;
}
