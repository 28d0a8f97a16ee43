/**
 * The summary of a capture in port-only mode, written from the contract (docs/contract.md, "Packet classes", "Totals" and
 * "Summary") and not from the code.
 */
import type { ServiceTable } from "../../src/knowledge/port-list/service-table.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { attribute, orient } from "./reference-attribution.ts";
import {
  type ReferenceFlow,
  ReferenceFlows,
  type ReferenceOptions,
  resolveFragments,
  timesOf,
} from "./reference-flows.ts";
import { reportOf, timeText } from "./reference-report.ts";
import { lengthOf, OTHERS, type TrafficRecord } from "./traffic.ts";

const SECOND = 1_000_000_000n;
export interface ReferenceClaims {
  readonly possible: Traffic;
  readonly possibleOnly: Traffic;
}

export interface ReferenceProduct extends ReferenceClaims {
  first: bigint | null;
  last: bigint | null;
  readonly ports: Set<string>;
}

interface Traffic {
  flows: number;
  packets: number;
  bytes: number;
}

export interface ReferenceSummary {
  readonly flows: readonly FlowReport[];
  readonly evicted: number;
  readonly packets: Record<string, number>;
  readonly bytes: Record<string, number>;
  readonly weirds: Record<string, number>;
  readonly products: ReadonlyMap<string, ReferenceProduct>;
  readonly families: ReadonlyMap<string, ReferenceClaims>;
  /** By class, transport, reason and row numbers. */
  readonly groups: ReadonlyMap<string, Traffic>;
  /** By "tcp/443". */
  readonly ports: ReadonlyMap<string, Traffic>;
  readonly hosts: ReadonlyMap<string, Traffic>;
  readonly capture: Pick<Summary["capture"], "packets" | "bytes" | "start" | "end" | "durationSeconds">;
}

/** Returns everything expected for these records. */
export function summarizeReference(
  records: readonly TrafficRecord[],
  table: ServiceTable,
  options: ReferenceOptions,
): ReferenceSummary {
  const { flowPackets, orphans } = resolveFragments(records);
  const flows = new ReferenceFlows(options);
  for (const packet of flowPackets) flows.add(packet);
  flows.finish();
  const totals = emptyTotals();
  for (const flow of flows.finished) addFlow(totals, flow, table);
  return {
    ...totals,
    ...countRecords(records, orphans),
    evicted: flows.evicted,
    capture: captureOf(records),
  };
}

function emptyTotals() {
  return {
    flows: [] as FlowReport[],
    products: new Map<string, ReferenceProduct>(),
    families: new Map<string, ReferenceClaims>(),
    groups: new Map<string, Traffic>(),
    ports: new Map<string, Traffic>(),
    hosts: new Map<string, Traffic>(),
  };
}

function addFlow(totals: ReturnType<typeof emptyTotals>, flow: ReferenceFlow, table: ServiceTable): void {
  const report = reportOf(flow, table);
  totals.flows.push(report);
  const packets = report.packets.originator + report.packets.responder;
  const bytes = report.bytes.originator + report.bytes.responder;
  const traffic = { flows: 1, packets, bytes };
  const port = `${report.transport}/${report.servicePort}`;
  addTraffic(totals.ports, port, traffic);
  const { service, originator, responder } = orient(flow, table);
  addTraffic(totals.hosts, (service === responder ? originator : responder).address, traffic);
  const { class: flowClass, rows } = attribute(table, report.transport, report.servicePort);
  addTraffic(totals.groups, `${flowClass} ${report.transport} ${report.reason} ${rows.join()}`, traffic);
  const times = timesOf(flow);
  const products = report.candidates.map((name) => table.product(name) ?? raise(`no product ${name}`));
  const families = new Set(products.map(({ family }) => family));
  for (const family of families) {
    addClaim(entry(totals.families, family, newClaims), traffic, families.size === 1);
  }
  for (const product of products) {
    const total = entry(totals.products, product.name, newProduct);
    addClaim(total, traffic, products.length === 1);
    total.ports.add(port);
    if (times === null) continue;
    total.first = total.first === null || times.first < total.first ? times.first : total.first;
    total.last = total.last === null || times.last > total.last ? times.last : total.last;
  }
}

function addClaim({ possible, possibleOnly }: ReferenceClaims, traffic: Traffic, isAlone: boolean): void {
  for (const what of ["flows", "packets", "bytes"] as const) {
    possible[what] += traffic[what];
    if (isAlone) possibleOnly[what] += traffic[what];
  }
}

function countRecords(records: readonly TrafficRecord[], orphans: readonly TrafficRecord[]) {
  const classes = [
    "decoded",
    "fragments",
    "otherIp",
    "nonIp",
    "malformed",
    "snaplenCut",
    "unsupportedLinkType",
  ];
  const packets = Object.fromEntries(classes.map((name) => [name, 0]));
  const bytes = Object.fromEntries(classes.map((name) => [name, 0]));
  const weirds: Record<string, number> = {};
  const lost = new Set(orphans);
  for (const record of records) {
    let packetClass = "decoded";
    let weird: string | null = null;
    if (record.body.kind === "other") {
      weird = record.body.weird;
      packetClass = OTHERS[record.body.weird].packetClass;
    } else if (lost.has(record)) {
      weird = "fragment_without_first";
      packetClass = "fragments";
    }
    packets[packetClass] += 1;
    bytes[packetClass] += lengthOf(record);
    if (weird !== null) weirds[weird] = (weirds[weird] ?? 0) + 1;
  }
  return { packets, bytes, weirds };
}

function captureOf(records: readonly TrafficRecord[]): ReferenceSummary["capture"] {
  const times = records.flatMap(({ time }) => (time === null ? [] : [time])).sort((a, b) => (a < b ? -1 : 1));
  const first = times.at(0);
  const last = times.at(-1);
  const isTimed = first !== undefined && last !== undefined;
  const span = isTimed ? last - first : 0n;
  return {
    packets: records.length,
    bytes: records.reduce((sum, record) => sum + lengthOf(record), 0),
    start: isTimed ? timeText(first) : null,
    end: isTimed ? timeText(last) : null,
    durationSeconds: Number(`${span / SECOND}.${(span % SECOND).toString().padStart(9, "0")}`),
  };
}

function newClaims(): ReferenceClaims {
  const none = () => ({ flows: 0, packets: 0, bytes: 0 });
  return { possible: none(), possibleOnly: none() };
}

function newProduct(): ReferenceProduct {
  return { ...newClaims(), first: null, last: null, ports: new Set() };
}

function addTraffic(totals: Map<string, Traffic>, key: string, traffic: Traffic): void {
  const total = entry(totals, key, () => ({ flows: 0, packets: 0, bytes: 0 }));
  total.flows += traffic.flows;
  total.packets += traffic.packets;
  total.bytes += traffic.bytes;
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function raise(message: string): never {
  throw new Error(message);
}
