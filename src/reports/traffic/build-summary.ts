/** Makes the summary of what was counted. */
import { UNATTRIBUTED_REASONS, type UnattributedReason } from "../../evidence/attribution/evidence.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { PacketClass, packetClassOf, Weird, weirdName } from "../../packets/decode/weirds.ts";
import type { CaptureSummary } from "../capture-summary.ts";
import type { Reading } from "../collector.ts";
import { recordWeirdsOf } from "../record-weirds.ts";
import { compareText, ProductTotals } from "./product-totals.ts";
import type { HostSummary, PacketClasses, PortSummary, ProductSummary, Summary, Traffic } from "./summary.ts";
import { SUMMARY_SCHEMA } from "./summary.ts";
import type { TrafficTotals } from "./traffic-totals.ts";

/** Derives every number of the summary from the totals (borrowed) and what was read. Owned by the caller. */
export function buildSummary(reading: Reading, totals: TrafficTotals, services: ServiceTable): Summary {
  const products = new ProductTotals();
  const ports: Mutable<PortSummary>[] = [];
  const attributed = noTraffic();
  const byReason = Object.fromEntries(UNATTRIBUTED_REASONS.map((reason) => [reason, noTraffic()])) as Record<
    UnattributedReason,
    Mutable<Traffic>
  >;
  let tcpFlows = 0;
  let offListFlows = 0;
  // There may be a hundred thousand: what is read of each is read once.
  totals.forEach((bucket) => {
    const { transport, port, attribution, flows, packets, bytes } = bucket;
    const { reason } = attribution;
    addTraffic(reason === null ? attributed : byReason[reason], flows, packets, bytes);
    products.add(bucket, attribution);
    if (transport === 0) tcpFlows += flows;
    if (attribution.isOffList) offListFlows += flows;
    const last = ports[ports.length - 1];
    if (last !== undefined && last.port === port && last.transport === TRANSPORTS[transport]) {
      addTraffic(last, flows, packets, bytes);
    } else {
      const listed = port !== null && services.isListed(transport, port);
      const service = listed ? services.serviceName(transport, port) : null;
      ports.push({ transport: TRANSPORTS[transport], port, listed, service, flows, packets, bytes });
    }
  });
  const unattributed = noTraffic();
  for (const { flows, packets, bytes } of Object.values(byReason)) {
    addTraffic(unattributed, flows, packets, bytes);
  }
  const { capture } = reading;
  const allFlows = attributed.flows + unattributed.flows;
  const productSummaries = products.products(reading.timeDigits);
  return {
    schema: SUMMARY_SCHEMA,
    capture,
    packets: classesOf(reading.packetsByWeird),
    bytes: classesOf(reading.bytesByWeird),
    flows: {
      total: allFlows,
      tcp: tcpFlows,
      udp: allFlows - tcpFlows,
      attributed: attributed.flows,
      unattributed: unattributed.flows,
      offList: offListFlows,
      evicted: reading.evictedFlows,
    },
    ambiguity: ambiguityOf(productSummaries, attributed.bytes),
    products: productSummaries,
    families: products.families(),
    // By bytes; those with as many stay in the order of the totals: by transport, then number.
    ports: ports.sort((a, b) => b.bytes - a.bytes),
    unattributed: { ...unattributed, byReason },
    evidenceDropped: reading.evidenceDropped,
    weirds: weirdsOf(reading, capture),
  };
}

/** The summary with the traffic of hosts in it, where the JSON has it: behind the ports. */
export function withHosts(summary: Summary, hosts: readonly HostSummary[]): Summary {
  const { unattributed, evidenceDropped, weirds, ...before } = summary;
  return { ...before, hosts, unattributed, evidenceDropped, weirds };
}

const TRANSPORTS = ["tcp", "udp"] as const;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function noTraffic(): Mutable<Traffic> {
  return { flows: 0, packets: 0, bytes: 0 };
}

function addTraffic(total: Mutable<Traffic>, flows: number, packets: number, bytes: number): void {
  total.flows += flows;
  total.packets += packets;
  total.bytes += bytes;
}

/** Rounded to millionths. */
function ambiguityOf(products: readonly ProductSummary[], attributedBytes: number): number | null {
  if (attributedBytes === 0) return null;
  const open = products.reduce((sum, { bytes }) => sum + bytes.possible - bytes.sole, 0);
  return Math.round((open / attributedBytes) * 1e6) / 1e6;
}

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

/** What is counted by number has no name of its own here. */
function weirdsOf(reading: Reading, capture: CaptureSummary): Record<string, number> {
  const names = [...Object.entries(recordWeirdsOf(capture.sources)), ...reading.unknownProtocols.toWeirds()];
  for (const [code, count] of reading.packetsByWeird.entries()) {
    if (code === Weird.UNKNOWN_ETHER_TYPE || code === Weird.OTHER_IP_PROTOCOL) continue;
    if (code > 0 && count > 0) names.push([weirdName(code), count]);
  }
  return Object.fromEntries(names.sort((a, b) => compareText(a[0], b[0])));
}
