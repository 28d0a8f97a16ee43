/**
 * The two cells that say where a service listens: "Port" ("443", "3478–3497", "1099, 8043") and "TCP or UDP" ("TCP", "UDP",
 * "TCP/UDP", "TCP, UDP", "—"). Newer copies of Apple's page use hyphens in place of en dashes and "TCP, UDP" in place of
 * "TCP/UDP"; both forms are accepted.
 */

/** An inclusive range of ports, 1 to 65535; a single port has `first === last`. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Transports of a row; "—" in the list means that Apple does not specify it, which is treated as both. */
export type RowTransport = "tcp" | "udp" | "both";

const RANGE = /^(\d{1,5})(?:\s*[–-]\s*(\d{1,5}))?$/;

/**
 * Parses the ranges of a port cell, in the order written.
 *
 * @returns the ranges, or the problem, as text for an error
 */
export function parsePortCell(cell: string): readonly PortRange[] | string {
  const ranges: PortRange[] = [];
  for (const part of cell.split(",")) {
    const match = RANGE.exec(part.trim());
    if (match === null) return `"${cell}" is not a port, a range of ports or a list of them`;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (first < 1 || last > 65535) return `port ${first < 1 ? first : last} is outside 1 to 65535`;
    if (match[2] !== undefined && last <= first) return `range ${cell} does not ascend`;
    const before = ranges.at(-1);
    if (before !== undefined && first <= before.last) return `ports ${cell} do not ascend`;
    ranges.push({ first, last });
  }
  return ranges;
}

/** Parses a "TCP or UDP" cell; `null` if it has none of the forms above. */
export function parseTransportCell(cell: string): RowTransport | null {
  switch (cell.toLowerCase().replaceAll(" ", "")) {
    case "tcp":
      return "tcp";
    case "udp":
      return "udp";
    case "tcp/udp":
    case "tcp,udp":
    case "—":
      return "both";
    default:
      return null;
  }
}

/** Total number of ports in the ranges. */
export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, range) => sum + range.last - range.first + 1, 0);
}
