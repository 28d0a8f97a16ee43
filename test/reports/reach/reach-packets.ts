/** Conversations as packets, and the resulting reach report. */
import { LinkType } from "../../../src/net/link-types.ts";
import type { FlowReport } from "../../../src/reports/flow-report.ts";
import type { AttemptSink } from "../../../src/reports/reach/attempt-tally.ts";
import { loadProductNeeds } from "../../../src/reports/reach/load-product-needs.ts";
import { ReachCollector } from "../../../src/reports/reach/reach-collector.ts";
import type { AttemptVerdict, ReachReport } from "../../../src/reports/reach/reach-report.ts";
import type { Summary } from "../../../src/reports/traffic/summary.ts";
import { TrafficCollector } from "../../../src/reports/traffic/traffic-collector.ts";
import { type PacketBuilder, packet } from "../../../src/testing/builders/packet-builder.ts";
import { appleList, appleRules, readWhole, testSession } from "../../support/analyze.ts";
import { type MemoryRecord, memorySource } from "../../support/memory-source.ts";

export interface End {
  readonly address: string;
  readonly port: number;
}

/** A segment of a connection. In these tests the client's sequence numbers begin at 1000, the server's at 5000. */
export interface Segment {
  readonly flags: string;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  readonly window?: number;
  readonly payload?: readonly number[] | number | string;
}

/** A push courier, in one of Apple's networks. */
export const COURIER: End = { address: "17.57.144.20", port: 5223 };
export const CLIENT: End = { address: "192.0.2.10", port: 50_123 };

/** A packet of a TCP connection. */
export function tcp(
  from: End,
  to: End,
  { flags, sequence = 0, acknowledgment = 0, window = 0xffff, payload = 0 }: Segment,
): Uint8Array {
  return between(from, to)
    .tcp({ sourcePort: from.port, destinationPort: to.port, flags, sequence, acknowledgment, window })
    .payload(payload)
    .build();
}

/** A datagram. */
export function udp(from: End, to: End, payload: readonly number[] | number | string = 20): Uint8Array {
  return between(from, to).udp({ sourcePort: from.port, destinationPort: to.port }).payload(payload).build();
}

/** ICMP (or ICMPv6) "unreachable" from a router, about a packet that was built here (including its Ethernet header). */
export function unreachable(about: Uint8Array, code: number, to: End, router = "192.0.2.1"): Uint8Array {
  const isIpv6 = to.address.includes(":");
  const quoted = about.subarray(ETHERNET_LENGTH, ETHERNET_LENGTH + (isIpv6 ? 60 : 28));
  const message = [isIpv6 ? 1 : 3, code, 0, 0, 0, 0, 0, 0, ...quoted];
  const link = packet().ethernet();
  const addresses = { source: router, destination: to.address };
  const layer = isIpv6
    ? link.ipv6({ ...addresses, nextHeader: 58 })
    : link.ipv4({ ...addresses, protocol: 1 });
  return layer.payload(message).build();
}

const ETHERNET_LENGTH = 14;

function between(from: End, to: End): PacketBuilder {
  const addresses = { source: from.address, destination: to.address };
  const link = packet().ethernet();
  return from.address.includes(":") ? link.ipv6(addresses) : link.ipv4(addresses);
}

/** The result of a run. */
export interface Reached {
  readonly report: ReachReport;
  readonly summary: Summary;
  /** Each flow that is an attempt, with its own verdict. */
  readonly attempts: readonly { readonly flow: FlowReport; readonly verdict: AttemptVerdict }[];
}

/** A session with Apple's list that watches reach. */
export function watchedSession(onAttempt: AttemptSink | null = null) {
  const needs = loadProductNeeds((name) => appleList.product(name));
  const collector = new ReachCollector(appleList, appleRules, needs, onAttempt);
  const traffic = new TrafficCollector(appleList);
  const session = testSession({}, [traffic, collector]);
  const finish = () => ({ summary: session.report(traffic), report: session.report(collector) });
  return { session, collector, finish };
}

export interface ReachOfOptions {
  /** Maximum captured bytes of each packet. */
  readonly cutTo?: number;
  /** Seconds that the capture continues after the last packet, up to one unrelated packet; 0: it ends with the last packet. */
  readonly goesOn?: number;
}

/** Long enough for every answer to arrive. */
const GOES_ON_SECONDS = 10;
const SECOND = 1_000_000_000n;

/** An unrelated packet. */
export function nobodys(time: bigint): MemoryRecord {
  return { bytes: new Uint8Array(60), time, linkType: LinkType.ETHERNET };
}

/** Runs packets, a tenth of a second apart, through the whole analysis. */
export async function reachOf(
  packets: readonly Uint8Array[],
  options: ReachOfOptions = {},
): Promise<Reached> {
  const attempts: { flow: FlowReport; verdict: AttemptVerdict }[] = [];
  const { session, finish } = watchedSession((flow, verdict) => {
    attempts.push({ flow, verdict });
  });
  const { goesOn = GOES_ON_SECONDS } = options;
  const start = 1_700_000_000n * SECOND;
  const records: MemoryRecord[] = packets.map((bytes, i) => ({
    bytes: bytes.subarray(0, options.cutTo ?? bytes.length),
    originalLength: bytes.length,
    time: start + BigInt(i) * (SECOND / 10n),
    linkType: LinkType.ETHERNET,
  }));
  if (goesOn > 0) records.push(nobodys((records.at(-1)?.time ?? start) + BigInt(goesOn) * SECOND));
  await readWhole(session, memorySource(records));
  return { ...finish(), attempts };
}

/** Returns the verdict of packets that form one attempt. */
export async function verdictOfOne(
  packets: readonly Uint8Array[],
  options: ReachOfOptions = {},
): Promise<AttemptVerdict | null> {
  const { attempts } = await reachOf(packets, options);
  if (attempts.length > 1) throw new Error(`${attempts.length} attempts, not one`);
  return attempts[0]?.verdict ?? null;
}
