/** A local network: packets by sender, with realistic hardware addresses and hop limits. */
import { DeviceCollector } from "../../src/reports/devices/device-collector.ts";
import type { DeviceSummary, DevicesSummary } from "../../src/reports/devices/device-report.ts";
import type { NetworkChoice } from "../../src/reports/devices/networks.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import { withDevices } from "../../src/reports/traffic/build-summary.ts";
import type { Summary } from "../../src/reports/traffic/summary.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";
import {
  type BuiltMessage,
  type BuiltRecord,
  buildDns,
  CACHE_FLUSH,
  MDNS_RESPONSE_FLAGS,
} from "../../src/testing/builders/dns-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";
import { hardwareAddressBytes } from "../../src/testing/builders/packet-layer.ts";
import { appleList, readWhole, testSession } from "./analyze.ts";
import { type BuiltDhcp, buildDhcp } from "./dhcp-builder.ts";
import { type MemoryRecord, memorySource } from "./memory-source.ts";

/** One end of a packet: its IP address, and its hardware address in the frame. */
export interface End {
  readonly ip: string;
  readonly mac: string;
}

const NANOSECONDS = 1_000_000_000n;
const FIRST_SECOND = 1_700_000_000n;
const IPV4_ALL_DNS: End = { ip: "224.0.0.251", mac: "01:00:5e:00:00:fb" };
const IPV6_ALL_DNS: End = { ip: "ff02::fb", mac: "33:33:00:00:00:fb" };
const EVERYBODY: End = { ip: "255.255.255.255", mac: "ff:ff:ff:ff:ff:ff" };

export interface SentOptions {
  readonly ports?: readonly [from: number, to: number];
  readonly transport?: "tcp" | "udp";
  /** Remaining hops of 64. */
  readonly hops?: number;
  readonly vlan?: number;
  /** Seconds after the first packet. */
  readonly at?: number;
  readonly data?: Uint8Array;
}

/** A packet from one end to another. */
export function sent(from: End, to: End, options: SentOptions = {}): MemoryRecord {
  const { ports = [50_000, 443], transport = "tcp", hops = 64, vlan, at = 0, data } = options;
  const frame = packet().ethernet({ source: from.mac, destination: to.mac });
  const tagged = vlan === undefined ? frame : frame.vlan(vlan);
  const ends = { source: from.ip, destination: to.ip };
  const ip = from.ip.includes(":")
    ? tagged.ipv6({ ...ends, hopLimit: hops })
    : tagged.ipv4({ ...ends, timeToLive: hops });
  const [sourcePort, destinationPort] = ports;
  const whole =
    transport === "tcp"
      ? ip.tcp({ sourcePort, destinationPort, flags: data === undefined ? "S" : "PA" })
      : ip.udp({ sourcePort, destinationPort });
  const bytes = (data === undefined ? whole : whole.payload(data)).build();
  return { bytes, time: (FIRST_SECOND + BigInt(at)) * NANOSECONDS };
}

/** A multicast DNS message; a response unless `flags` says otherwise. */
export function multicast(from: End, message: BuiltMessage, at = 0): MemoryRecord {
  const to = from.ip.includes(":") ? IPV6_ALL_DNS : IPV4_ALL_DNS;
  const data = buildDns({ flags: MDNS_RESPONSE_FLAGS, ...message });
  return sent(from, to, { ports: [5353, 5353], transport: "udp", hops: 255, at, data });
}

/** A TXT record with these strings. */
export function text(name: string, ...strings: readonly string[]): BuiltRecord {
  return {
    name,
    type: 16,
    class: CACHE_FLUSH,
    writeData: (writer) => {
      for (const one of strings) writer.uint8(one.length).bytes(Buffer.from(one));
    },
  };
}

/** A DHCP request: option 55 and others as values by code. */
export function dhcpRequest(mac: string, options: BuiltDhcp["options"] = [], at = 0): MemoryRecord {
  const hardware = [...hardwareAddressBytes(mac)];
  const data = buildDhcp({ hardware, options: [[53, [3]], ...options] });
  return sent({ ip: "0.0.0.0", mac }, EVERYBODY, { ports: [68, 67], transport: "udp", at, data });
}

/** A DHCP ACK for a host's address, sent as broadcast. */
export function dhcpAck(
  server: End,
  mac: string,
  ip: string,
  at = 0,
  options: BuiltDhcp["options"] = [],
): MemoryRecord {
  const hardware = [...hardwareAddressBytes(mac)];
  const data = buildDhcp({ isReply: true, hardware, givenAddress: ip, options: [[53, [5]], ...options] });
  return sent(server, EVERYBODY, { ports: [67, 68], transport: "udp", at, data });
}

export interface ToldApart extends DevicesSummary {
  readonly summary: Summary;
  readonly flows: readonly FlowReport[];
  /** Returns the device with an address and no other name. */
  readonly of: (address: string) => DeviceSummary | undefined;
}

/** Returns a session's report on these packets, and on these networks. */
export async function tellApart(
  records: readonly MemoryRecord[],
  networks: NetworkChoice | null = null,
): Promise<ToldApart> {
  const traffic = new TrafficCollector(appleList);
  const devices = new DeviceCollector(appleList, networks);
  const flows: FlowReport[] = [];
  const each = new FlowCollector((flow) => flows.push(flow));
  const session = testSession({ maxFlows: 2000 }, [traffic, devices, each]);
  await readWhole(session, memorySource(records));
  const totals = session.report(traffic);
  const told = session.report(devices);
  const summary = withDevices(totals, told);
  return {
    ...told,
    summary,
    flows,
    of: (address) => told.devices.find(({ addresses }) => addresses.includes(address)),
  };
}
