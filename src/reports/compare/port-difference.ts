/** Service ports that only one of two summaries has: a part of the JSON of schema `appleflow/diff@2`. */
import { compareText } from "../traffic/compare-text.ts";
import type { PortSummary, Traffic } from "../traffic/summary.ts";

/** A service port that occurs on one side only. */
export interface PortDifference extends Traffic {
  readonly change: "appeared" | "gone";
  readonly transport: "tcp" | "udp";
  /** null for flows whose serving side is unknown. */
  readonly port: number | null;
  readonly listed: boolean;
  readonly service: string | null;
}

/** Sorts flows without a service port after all ports. */
const PORTS = 65_536;

/** Ports that occur on one side only, by bytes, largest first. */
export function comparePorts(
  before: readonly PortSummary[],
  after: readonly PortSummary[],
): PortDifference[] {
  const missing = (
    ports: readonly PortSummary[],
    others: readonly PortSummary[],
    change: "appeared" | "gone",
  ) => {
    const known = new Set(others.map(keyOf));
    return ports
      .filter((port) => !known.has(keyOf(port)))
      .map(({ transport, port, listed, service, ...traffic }) => ({
        change,
        transport,
        port,
        listed,
        service,
        ...trafficOf(traffic),
      }));
  };
  return [...missing(before, after, "gone"), ...missing(after, before, "appeared")].sort(
    (a, b) =>
      b.bytes - a.bytes || compareText(a.transport, b.transport) || (a.port ?? PORTS) - (b.port ?? PORTS),
  );
}

function keyOf({ transport, port }: PortSummary): string {
  return `${transport}/${port}`;
}

/** Returns only the amounts of a row. */
export function trafficOf({ flows, packets, bytes }: Traffic): Traffic {
  return { flows, packets, bytes };
}
