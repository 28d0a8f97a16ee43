/** The lists of a summary that a report can be made of: `--by product|family|service|port|host`. */
import { compareText } from "../reports/traffic/compare-text.ts";
import type {
  FamilySummary,
  HostSummary,
  PortSummary,
  ProductSummary,
  Summary,
  Traffic,
} from "../reports/traffic/summary.ts";

/** What a report has one row for. */
export const GROUPINGS = ["product", "family", "service", "port", "host"] as const;
/** One of `GROUPINGS`. */
export type Grouping = (typeof GROUPINGS)[number];

/** Traffic of all ports that the list gives one service name. */
export interface ServiceSummary extends Traffic {
  /** null for ports without a name of their own. */
  readonly service: string | null;
  /** Whether rows of the list cover the ports. */
  readonly listed: boolean;
  /** "tcp/443", by bytes. */
  readonly ports: readonly string[];
}

/** The rows of a report, with the grouping that says what they are. */
export type Group =
  | { readonly by: "product"; readonly rows: readonly ProductSummary[] }
  | { readonly by: "family"; readonly rows: readonly FamilySummary[] }
  | { readonly by: "service"; readonly rows: readonly ServiceSummary[] }
  | { readonly by: "port"; readonly rows: readonly PortSummary[] }
  | { readonly by: "host"; readonly rows: readonly HostSummary[] };

/** The rows of a grouping, all of them, those with most bytes first. */
export function groupOf(summary: Summary, by: Grouping): Group {
  switch (by) {
    case "product":
      return { by, rows: summary.products };
    case "family":
      return { by, rows: summary.families };
    case "service":
      return { by, rows: servicesOf(summary.ports) };
    case "port":
      return { by, rows: summary.ports };
    case "host":
      return { by, rows: summary.hosts ?? [] };
  }
}

/** "tcp/443", or "tcp/?" where nobody knows the service port. */
export function portName({ transport, port }: Pick<PortSummary, "transport" | "port">): string {
  return `${transport}/${port ?? "?"}`;
}

/** What stands for the name of a service that has none. */
export function namelessText({
  port,
  listed,
}: {
  readonly port?: number | null;
  readonly listed: boolean;
}): string {
  if (port === null) return "(side unknown)";
  return listed ? "(no name)" : "(not listed)";
}

/** A service that is being added up. */
type ServiceTotal = { -readonly [K in keyof ServiceSummary]: ServiceSummary[K] } & {
  readonly ports: string[];
};

function servicesOf(ports: readonly PortSummary[]): ServiceSummary[] {
  const services = new Map<string, ServiceTotal>();
  for (const port of ports) {
    const key = `${port.listed} ${port.service ?? ""}`;
    const known = services.get(key);
    if (known === undefined) {
      const { service, listed, flows, packets, bytes } = port;
      services.set(key, { service, listed, ports: [portName(port)], flows, packets, bytes });
    } else {
      known.ports.push(portName(port));
      known.flows += port.flows;
      known.packets += port.packets;
      known.bytes += port.bytes;
    }
  }
  return [...services.values()].sort(
    (a, b) => b.bytes - a.bytes || compareText(a.service ?? "", b.service ?? ""),
  );
}
