/** Numbers for people: SI units (1 kB = 1000 B), thousands separated by commas in every system locale. */

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/** `512 B`, `1.2 MB`; `<1 B` for a fraction of a byte above 0. */
export function formatBytes(bytes: number): string {
  if (bytes > 0 && bytes < 0.5) return "<1 B";
  let value = bytes;
  let unit = 0;
  // What would be rounded to 1000.0 belongs to the next unit.
  while (unit < BYTE_UNITS.length - 1 && value >= (unit === 0 ? 999.5 : 999.95)) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/** `1,234,567` */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 packet`, `2 packets` */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `24.1%` of `whole`; `<0.1%` for a small share above 0; `-` if `whole` is 0. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "-";
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 0.05) return "<0.1%";
  // Only everything is 100 %.
  if (percent < 100 && percent >= 99.95) return ">99.9%";
  return `${percent.toFixed(1)}%`;
}

const DURATION_UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;

/** `0.25 s`, `12.3 s`, `3 h 12 min`: the two largest units that are not zero. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toPrecision(3))} s`;
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [name, length] of DURATION_UNITS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${name}`);
    if (parts.length > 0 && (parts.length === 2 || rest === 0 || count === 0)) break;
  }
  return parts.join(" ");
}
