/** The lists of a summary that a report can show: one for each choice of `--by`. */
import { FLOW_CLASSES, type FlowClass } from "../evidence/attribution/evidence.ts";
import type { NetworkSummary } from "../reports/devices/device-report.ts";
import type {
  FamilySummary,
  GroupSummary,
  PortSummary,
  ProductSummary,
  ServerSummary,
  Summary,
  Traffic,
} from "../reports/traffic/summary.ts";
import { addTraffic, noTraffic } from "../reports/traffic/traffic-sum.ts";
import { type DeviceRow, deviceRows } from "./device-domains.ts";
import { serviceText } from "./report-words.ts";

/** What has a row in a report: "group" means its sections by class. */
export const GROUPINGS = [
  "group",
  "product",
  "family",
  "service",
  "port",
  "protocol",
  "name",
  "device",
  "server",
  "subnet",
  "vlan",
] as const;
/** One of `GROUPINGS`. */
export type Grouping = (typeof GROUPINGS)[number];

/** Traffic of one service, known in one way. */
export interface ServiceSummary extends Traffic {
  /** "443/tcp https" */
  readonly service: string;
  readonly class: FlowClass;
}

/** Traffic of one protocol, known in one way. */
export interface ProtocolSummary extends Traffic {
  /** null if the payload was not recognised, or there was none. */
  readonly protocol: GroupSummary["protocol"];
  readonly class: FlowClass;
}

/** Bytes of flows with one server, known in one way. */
export interface NameSummary {
  /** Hostile text; null for flows without a name, and for names beyond the limit of a group. */
  readonly name: string | null;
  readonly class: FlowClass;
  readonly bytes: number;
}

/** The rows of a report, with their grouping. */
export type Group =
  | { readonly by: "group"; readonly rows: readonly GroupSummary[] }
  | { readonly by: "product"; readonly rows: readonly ProductSummary[] }
  | { readonly by: "family"; readonly rows: readonly FamilySummary[] }
  | { readonly by: "service"; readonly rows: readonly ServiceSummary[] }
  | { readonly by: "port"; readonly rows: readonly PortSummary[] }
  | { readonly by: "protocol"; readonly rows: readonly ProtocolSummary[] }
  | { readonly by: "name"; readonly rows: readonly NameSummary[] }
  | { readonly by: "device"; readonly rows: readonly DeviceRow[] }
  | { readonly by: "server"; readonly rows: readonly ServerSummary[] }
  | { readonly by: "subnet" | "vlan"; readonly rows: readonly NetworkSummary[] };

/** All rows of a grouping, those with the most bytes first. */
export function groupOf(summary: Summary, by: Grouping): Group {
  switch (by) {
    case "group":
      return { by, rows: summary.groups };
    case "product":
      return { by, rows: summary.products };
    case "family":
      return { by, rows: summary.families };
    case "service":
      return { by, rows: servicesOf(summary.groups) };
    case "port":
      return { by, rows: summary.ports };
    case "protocol":
      return { by, rows: protocolsOf(summary.groups) };
    case "name":
      return { by, rows: namesOf(summary.groups) };
    case "device":
      return { by, rows: deviceRows(summary) };
    case "server":
      return { by, rows: summary.servers ?? [] };
    case "subnet":
    case "vlan":
      return { by, rows: summary.networks ?? [] };
  }
}

/** "tcp/443", or "tcp/?" if the service port is unknown. */
export function portName({ transport, port }: Pick<PortSummary, "transport" | "port">): string {
  return `${transport}/${port ?? "?"}`;
}

/** Placeholder for the name of a service without one. */
export function namelessText({ port, listed }: Pick<PortSummary, "port" | "listed">): string {
  if (port === null) return "(side unknown)";
  return listed ? "(no name)" : "(not listed)";
}

/** Each group once, by service and class. */
function servicesOf(groups: readonly GroupSummary[]): ServiceSummary[] {
  const rows = new Map<string, { service: string; class: FlowClass } & ReturnType<typeof noTraffic>>();
  for (const group of groups) {
    const service = group.service.ports === null ? unlistedText(group) : serviceText({ ...group, ports: [] });
    const key = `${group.class} ${service}`;
    const row = rows.get(key) ?? { service, class: group.class, ...noTraffic() };
    addTraffic(row, group);
    rows.set(key, row);
  }
  return [...rows.values()].sort(
    (a, b) => b.bytes - a.bytes || compareClass(a, b) || (a.service < b.service ? -1 : 1),
  );
}

function unlistedText({ service, reason }: GroupSummary): string {
  return reason === "side-unknown"
    ? `${service.transport}, side unknown`
    : `${service.transport}, not listed`;
}

/** Each group once, by protocol and class. */
function protocolsOf(groups: readonly GroupSummary[]): ProtocolSummary[] {
  const rows = new Map<string, Omit<ProtocolSummary, keyof Traffic> & ReturnType<typeof noTraffic>>();
  for (const group of groups) {
    const { protocol, class: flowClass } = group;
    const key = `${flowClass} ${protocol}`;
    const row = rows.get(key) ?? { protocol, class: flowClass, ...noTraffic() };
    addTraffic(row, group);
    rows.set(key, row);
  }
  return [...rows.values()].sort(
    (a, b) => b.bytes - a.bytes || compareClass(a, b) || ((a.protocol ?? "") < (b.protocol ?? "") ? -1 : 1),
  );
}

/** Each byte once, by name and class. */
function namesOf(groups: readonly GroupSummary[]): NameSummary[] {
  const rows = new Map<string, { name: string | null; class: FlowClass; bytes: number }>();
  const add = (name: string | null, flowClass: FlowClass, bytes: number) => {
    if (bytes === 0) return;
    const key = `${flowClass} ${name ?? ""}`;
    const row = rows.get(key) ?? { name, class: flowClass, bytes: 0 };
    row.bytes += bytes;
    rows.set(key, row);
  };
  for (const { class: flowClass, names, bytes } of groups) {
    let rest = bytes;
    for (const one of names) {
      add(one.name, flowClass, one.bytes);
      rest -= one.bytes;
    }
    add(null, flowClass, rest);
  }
  return [...rows.values()].sort(
    (a, b) => b.bytes - a.bytes || compareClass(a, b) || ((a.name ?? "") < (b.name ?? "") ? -1 : 1),
  );
}

function compareClass(a: { readonly class: FlowClass }, b: { readonly class: FlowClass }): number {
  return FLOW_CLASSES.indexOf(a.class) - FLOW_CLASSES.indexOf(b.class);
}
