/**
 * The two cells that say where a service listens: "Port" ("443", "3478–3497", "1099, 8043") and "TCP or UDP"
 * ("TCP", "UDP", "TCP/UDP", "TCP, UDP", "—"). Newer copies of Apple's page write hyphens for the en dash and
 * "TCP, UDP" for "TCP/UDP"; both are read.
 */

/** An inclusive range of ports, 1 to 65535; a single port has `first === last`. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** The transports a row speaks of; "—" in the list means that Apple does not say, which is read as both. */
export type RowTransport = "tcp" | "udp" | "both";

const RANGE = /^(\d{1,5})(?:\s*[–-]\s*(\d{1,5}))?$/;

/**
 * The ranges of a port cell, in the order written.
 *
 * @returns the ranges, or the problem as a text that an error can carry
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

/** The transport of a "TCP or UDP" cell, or `null` when it is none of the forms above. */
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

/** How many ports the ranges cover together. */
export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, range) => sum + range.last - range.first + 1, 0);
}
