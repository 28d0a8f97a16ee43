/** Merges overlapping port ranges into the fewest ranges that cover exactly the same ports. */

import type { PortRange } from "../knowledge/port-list/port-cell.ts";

/** A range, and the ranges it was merged from. */
export interface MergedRange<Part extends PortRange> extends PortRange {
  /** In order of first port; ties in input order. */
  readonly parts: readonly Part[];
}

/**
 * Merges ranges that overlap or adjoin. The result is ascending, no two of its ranges touch, and it covers exactly the
 * ports of `ranges`.
 */
export function mergeRanges<Part extends PortRange>(ranges: readonly Part[]): MergedRange<Part>[] {
  const merged: { first: number; last: number; parts: Part[] }[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const open = merged.at(-1);
    if (open === undefined || range.first > open.last + 1) {
      merged.push({ first: range.first, last: range.last, parts: [range] });
    } else {
      open.last = Math.max(open.last, range.last);
      open.parts.push(range);
    }
  }
  return merged;
}

/** Returns "443", or "3478" and "3497" with `separator` between them. */
export function rangeText({ first, last }: PortRange, separator = "-"): string {
  return first === last ? `${first}` : `${first}${separator}${last}`;
}
