/** Builds the summary from the totals. */
import { FLOW_CLASSES, type FlowClass } from "../../evidence/attribution/evidence.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { programVersion } from "../../knowledge/program-version.ts";
import { PacketClass, packetClassOf, Weird, weirdName } from "../../packets/decode/weirds.ts";
import type { CaptureSummary, SummaryOptions } from "../capture-summary.ts";
import type { Reading } from "../collector.ts";
import { isReadWhole } from "../completeness.ts";
import type { DevicesSummary } from "../devices/device-report.ts";
import { recordWeirdsOf } from "../record-weirds.ts";
import type { Series } from "../series/series-report.ts";
import { appleTotals } from "./apple-totals.ts";
import { compareText } from "./compare-text.ts";
import { GroupTotals } from "./group-totals.ts";
import { ProductTotals } from "./product-totals.ts";
import {
  type ContentCaching,
  type HostSummary,
  type PacketClasses,
  type PortSummary,
  type ServerSummary,
  SUMMARY_SCHEMA,
  type Summary,
  type Traffic,
} from "./summary.ts";
import { addTraffic, noTraffic, type TrafficSum } from "./traffic-sum.ts";
import type { TrafficTotals } from "./traffic-totals.ts";

/** Derives every number of the summary from the totals (borrowed) and what was read. Owned by the caller. */
export function buildSummary(reading: Reading, totals: TrafficTotals, services: ServiceTable): Summary {
  const groups = new GroupTotals(services);
  const ports: PortTotal[] = [];
  /** Bytes by class of the current port. */
  const ofClass = FLOW_CLASSES.map(() => 0);
  const byTransport = [noTraffic(), noTraffic()];
  // There may be a hundred thousand buckets: read each field once.
  totals.forEach((bucket) => {
    const { transport, port } = bucket;
    groups.add(bucket);
    addTraffic(byTransport[transport], bucket);
    let last = ports[ports.length - 1];
    if (last === undefined || last.port !== port || last.transport !== TRANSPORTS[transport]) {
      const listed = port !== null && services.isListed(transport, port);
      const service = listed ? services.serviceName(transport, port) : null;
      last = { transport: TRANSPORTS[transport], port, listed, service, ...noTraffic(), classes: [] };
      ports.push(last);
      ofClass.fill(0);
    }
    addTraffic(last, bucket);
    const { class: flowClass } = bucket.attribution;
    ofClass[FLOW_CLASSES.indexOf(flowClass)] += bucket.bytes;
    last.classes = last.classes.length === 0 ? SINGLE[flowClass] : classesBy(ofClass);
  });
  const classes = Object.fromEntries(FLOW_CLASSES.map((name) => [name, noTraffic()])) as Record<
    FlowClass,
    TrafficSum
  >;
  const products = new ProductTotals();
  const all = groups.all();
  for (const group of all) {
    addTraffic(classes[group.attribution.class], group.traffic);
    products.add(group);
  }
  const { capture } = reading;
  const [tcp, udp] = byTransport.map(({ flows }) => flows);
  return {
    schema: SUMMARY_SCHEMA,
    program: { version: programVersion(), dataDate: services.dataDate },
    options: reading.options,
    anonymised: false,
    complete: isReadWhole(capture),
    capture,
    packets: classesOf(reading.packetsByWeird),
    bytes: classesOf(reading.bytesByWeird),
    flows: { total: tcp + udp, tcp, udp, evicted: reading.evictedFlows },
    evidenceDropped: {
      handshakes: reading.evidenceDropped.handshakes,
      names: reading.evidenceDropped.names + totals.droppedNames,
    },
    classes,
    apple: appleTotals(all, reading.options.evidence),
    groups: groups.summaries(reading.timeDigits),
    products: products.products(reading.timeDigits),
    families: products.families(),
    devices: [],
    outside: null,
    otherDevices: null,
    // By bytes, largest first; ties keep the order of the totals: by transport, then number.
    ports: ports.sort((a, b) => b.bytes - a.bytes),
    series: null,
    weirds: weirdsOf(reading, capture),
  };
}

/** Adds the devices to the summary. */
export function withDevices(summary: Summary, section: DevicesSummary): Summary {
  const { devices, outside, otherDevices, networks } = section;
  const counts = new Map<string, number>();
  for (const { groups } of devices) for (const { id } of groups) counts.set(id, (counts.get(id) ?? 0) + 1);
  const groups = summary.groups.map((group) => ({ ...group, devices: counts.get(group.id) ?? 0 }));
  return { ...summary, groups, devices, outside, otherDevices, ...(networks !== null && { networks }) };
}

/** Adds the traffic of servers to the summary. */
export function withServers(summary: Summary, servers: readonly ServerSummary[]): Summary {
  return { ...summary, servers };
}

/** The summary of the wanted flows, with the traffic of the others: its sections and these add up to the capture. */
export function ofChosenFlows(
  summary: Summary,
  { device, products }: Pick<SummaryOptions, "device" | "products">,
  otherFlows: Traffic,
): Summary {
  const asked = { ...(device !== undefined && { device }), ...(products !== undefined && { products }) };
  return { ...summary, options: { ...summary.options, ...asked }, otherFlows };
}

/** Adds the content caching section to the summary, if there is one. */
export function withContentCaching(summary: Summary, contentCaching: ContentCaching | null): Summary {
  if (contentCaching === null) return summary;
  const { series, weirds, ...before } = summary;
  return { ...before, contentCaching, series, weirds };
}

/** Adds the totals over time to the summary. */
export function withSeries(summary: Summary, series: Series): Summary {
  return { ...summary, series };
}

/** Adds the traffic of hosts to the summary, in its JSON position: after the ports. */
export function withHosts(summary: Summary, hosts: readonly HostSummary[]): Summary {
  const { series, weirds, ...before } = summary;
  return { ...before, hosts, series, weirds };
}

const TRANSPORTS = ["tcp", "udp"] as const;

/** For most ports, all flows are of one class: they share its list. */
const SINGLE = Object.fromEntries(
  FLOW_CLASSES.map((name) => [name, Object.freeze([name])]),
) as unknown as Readonly<Record<FlowClass, readonly FlowClass[]>>;

/** The classes with bytes, by bytes, largest first. */
function classesBy(bytes: readonly number[]): readonly FlowClass[] {
  const ranks = FLOW_CLASSES.map((_, rank) => rank).filter((rank) => bytes[rank] > 0);
  return ranks.sort((a, b) => bytes[b] - bytes[a] || a - b).map((rank) => FLOW_CLASSES[rank]);
}

type PortTotal = Omit<PortSummary, "classes" | keyof TrafficSum> &
  TrafficSum & { classes: readonly FlowClass[] };

function classesOf(byWeird: Float64Array): PacketClasses {
  const classes: number[] = new Array(Object.keys(PacketClass).length).fill(0);
  for (const [code, count] of byWeird.entries()) if (count > 0) classes[packetClassOf(code)] += count;
  return {
    decoded: classes[PacketClass.DECODED],
    fragments: classes[PacketClass.FRAGMENTS],
    otherIp: classes[PacketClass.OTHER_IP],
    nonIp: classes[PacketClass.NON_IP],
    malformed: classes[PacketClass.MALFORMED],
    snaplenCut: classes[PacketClass.SNAPLEN_CUT],
    unsupportedLinkType: classes[PacketClass.UNSUPPORTED_LINK_TYPE],
  };
}

/** Weirds that are counted by protocol number are replaced by names with these numbers. */
function weirdsOf(reading: Reading, capture: CaptureSummary): Record<string, number> {
  const weirds = [...capture.sources.map((source) => source.weirds), capture.moreSources?.weirds];
  const names = [...Object.entries(recordWeirdsOf(weirds)), ...reading.unknownProtocols.toWeirds()];
  for (const [code, count] of reading.packetsByWeird.entries()) {
    if (code === Weird.UNKNOWN_ETHER_TYPE || code === Weird.OTHER_IP_PROTOCOL) continue;
    if (code > 0 && count > 0) names.push([weirdName(code), count]);
  }
  return Object.fromEntries(names.sort((a, b) => compareText(a[0], b[0])));
}
