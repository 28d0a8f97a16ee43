/** The first message of a screen sharing server (RFC 6143, 7.1.1): `RFB 003.008` and a line feed. */

/** "0" stands for any digit. */
const FORM = "RFB 000.000\n";
const VERSION_START = 4;
const VERSION_END = 11;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Returns the version in a banner at `offset`: `003.008`; "more" if the banner is incomplete, null if there is something
 * else. `bytes` is borrowed for the call.
 */
export function readRfbVersion(bytes: Uint8Array, offset: number, end: number): string | null {
  const length = Math.min(end - offset, FORM.length);
  for (let i = 0; i < length; i++) {
    const byte = bytes[offset + i];
    const expected = FORM.charCodeAt(i);
    if (expected === ZERO ? byte < ZERO || byte > NINE : byte !== expected) return null;
  }
  if (length < FORM.length) return "more";
  return String.fromCharCode(...bytes.subarray(offset + VERSION_START, offset + VERSION_END));
}
