/** Times as text: RFC 3339, in UTC, with as many digits of a second as the capture has. */

/** `2026-01-31T09:30:00.123456Z`. `seconds` since 1970, `digits` of a second from 0 to 9 (cut, not rounded). */
export function formatRfc3339(seconds: number, nanoseconds: number, digits: number): string {
  const whole = wholeSeconds(seconds);
  if (digits === 0) return `${whole}Z`;
  return `${whole}.${String(nanoseconds).padStart(9, "0").slice(0, digits)}Z`;
}

/** The text of the last second asked for: flows of a capture come in the order of their times, more or less. */
let lastSeconds = Number.NaN;
let lastText = "";

function wholeSeconds(seconds: number): string {
  if (seconds !== lastSeconds) {
    lastText = new Date(seconds * 1000).toISOString().slice(0, 19);
    lastSeconds = seconds;
  }
  return lastText;
}
