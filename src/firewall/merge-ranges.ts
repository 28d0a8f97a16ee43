/** Ranges of ports laid over each other: the fewest ranges that cover exactly the same ports. */

import type { PortRange } from "../knowledge/port-list/port-cell.ts";

/** A range, and those that it was made of. */
export interface MergedRange<Part extends PortRange> extends PortRange {
  /** In the order of their first ports, those given first before others. */
  readonly parts: readonly Part[];
}

/**
 * Merges ranges that overlap or stand next to each other. The result ascends, no two of it touch, and it covers the ports
 * of `ranges` and no other.
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

/** "443", or "3478" and "3497" with `separator` between them. */
export function rangeText({ first, last }: PortRange, separator = "-"): string {
  return first === last ? `${first}` : `${first}${separator}${last}`;
}
