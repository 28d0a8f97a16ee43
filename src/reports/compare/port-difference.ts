/** Service ports that only one of two summaries has: a part of the JSON of schema `appleflow/diff@2`. */
import { compareText } from "../traffic/compare-text.ts";
import type { PortSummary, Traffic } from "../traffic/summary.ts";

/** A service port that only one side has. */
export interface PortDifference extends Traffic {
  readonly change: "appeared" | "gone";
  readonly transport: "tcp" | "udp";
  /** null: of flows of which nothing says which side serves. */
  readonly port: number | null;
  readonly listed: boolean;
  readonly service: string | null;
}

/** A flow without a service port stands behind all ports. */
const PORTS = 65_536;

/** Ports that only one side has, those with most bytes first. */
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

/** The amounts of a row alone. */
export function trafficOf({ flows, packets, bytes }: Traffic): Traffic {
  return { flows, packets, bytes };
}
