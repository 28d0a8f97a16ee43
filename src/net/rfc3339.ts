/** Times as RFC 3339 text in UTC, with the fractional digits of the capture. */

/** `2026-01-31T09:30:00.123456Z`. `seconds` since 1970; `digits` 0 to 9 fractional digits (truncated, not rounded). */
export function formatRfc3339(seconds: number, nanoseconds: number, digits: number): string {
  const whole = wholeSeconds(seconds);
  if (digits === 0) return `${whole}Z`;
  return `${whole}.${String(nanoseconds).padStart(9, "0").slice(0, digits)}Z`;
}

/** Cache of the last second formatted: flows of a capture are roughly in order of time. */
let lastSeconds = Number.NaN;
let lastText = "";

function wholeSeconds(seconds: number): string {
  if (seconds !== lastSeconds) {
    lastText = new Date(seconds * 1000).toISOString().slice(0, 19);
    lastSeconds = seconds;
  }
  return lastText;
}
