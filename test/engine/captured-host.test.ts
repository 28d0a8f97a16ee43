/** Host marks of captured packets: their direction, and whether the kernel dropped them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openCapture } from "../../src/packets/files/open-capture.ts";
import type { FlowReport } from "../../src/reports/flow-report.ts";
import { FlowCollector } from "../../src/reports/flows/flow-collector.ts";
import { TrafficCollector } from "../../src/reports/traffic/traffic-collector.ts";
import { type PcapngOption, pcap, pcapng } from "../../src/testing/builders/capture-builder.ts";
import { type PacketBuilder, packet } from "../../src/testing/builders/packet-builder.ts";
import { appleList, readWhole, testSession } from "../support/analyze.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-host-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MAC = "192.168.1.23";
const OTHER = "192.0.2.7";
const OUT: readonly PcapngOption[] = [{ code: 2, uint32: 2 }];
const IN: readonly PcapngOption[] = [{ code: 2, uint32: 1 }];

async function analyze(bytes: Uint8Array) {
  const path = join(folder, "capture");
  writeFileSync(path, bytes);
  const flows: FlowReport[] = [];
  const traffic = new TrafficCollector(appleList);
  const session = testSession({}, [traffic, new FlowCollector((flow) => flows.push(flow))]);
  await readWhole(session, await openCapture(path));
  return { flows, summary: session.report(traffic) };
}

type Ports = readonly [own: number, other: number];

function fromMac([own, other]: Ports, protocol: "tcp" | "udp" = "udp"): PacketBuilder {
  const ip = packet().ethernet().ipv4({ source: MAC, destination: OTHER });
  const ports = { sourcePort: own, destinationPort: other };
  return protocol === "udp" ? ip.udp(ports) : ip.tcp(ports);
}

function toMac([own, other]: Ports): PacketBuilder {
  return packet()
    .ethernet()
    .ipv4({ source: OTHER, destination: MAC })
    .udp({ sourcePort: other, destinationPort: own });
}

async function decided(...packets: readonly (readonly [PacketBuilder, readonly PcapngOption[]])[]) {
  const file = pcapng().section().interface();
  for (const [built, options] of packets) file.packet(built.build(), { options });
  const { flows } = await analyze(file.build());
  expect(flows).toHaveLength(1);
  const [{ originator, servicePort, orientation }] = flows;
  return `${originator.address} ${servicePort} ${orientation}`;
}

describe("the packet direction recorded by a Mac", () => {
  // 50003 has a row in the list; 4500 and 21000 have no row of their own.
  it("prevents its ephemeral port from being taken for a service", async () => {
    const ports: Ports = [50_003, 21_000];
    expect(await decided([fromMac(ports), []])).toBe(`${OTHER} 50003 list`);
    expect(await decided([fromMac(ports), OUT])).toBe(`${MAC} 21000 direction`);
    expect(await decided([toMac(ports), IN])).toBe(`${MAC} 21000 direction`);
    expect(await decided([toMac(ports), []], [fromMac(ports), OUT])).toBe(`${MAC} 21000 direction`);
  });

  it("is ignored if the other port may be ephemeral too, or the Mac's port is not", async () => {
    expect(await decided([fromMac([50_003, 40_000]), OUT])).toBe(`${OTHER} 50003 list`);
    expect(await decided([fromMac([50_003, 60_000]), OUT])).toBe(`${OTHER} 50003 list`);
    expect(await decided([fromMac([5353, 1000]), OUT])).toBe(`${OTHER} 5353 list`);
    expect(await decided([toMac([50_003, 21_000]), OUT])).toBe(`${OTHER} 50003 list`);
  });

  it("is ignored if one side sent packets in both directions, as on a loopback", async () => {
    const ports: Ports = [50_003, 21_000];
    expect(await decided([fromMac(ports), OUT], [fromMac(ports), IN])).toBe(`${OTHER} 50003 list`);
  });

  it("is overridden by a handshake", async () => {
    const file = pcapng().section().interface();
    const syn = packet()
      .ethernet()
      .ipv4({ source: OTHER, destination: MAC })
      .tcp({ sourcePort: 21_000, destinationPort: 50_003, flags: "S" });
    file.packet(syn.build(), { options: IN });
    const { flows } = await analyze(file.build());
    expect(flows[0]).toMatchObject({ servicePort: 50_003, orientation: "syn" });
  });

  it("is read from PKTAP headers of both versions", async () => {
    for (const version of [1, 2]) {
      const tap = version === 1 ? packet().pktap({ flags: 2 }) : packet().pktapV2({ flags: 2 });
      const built = tap
        .ethernet()
        .ipv4({ source: MAC, destination: OTHER })
        .udp({ sourcePort: 50_003, destinationPort: 21_000 });
      const { flows } = await analyze(pcap({ linkType: 258 }).record(built.build()).build());
      expect(flows[0]).toMatchObject({ servicePort: 21_000, orientation: "direction" });
    }
  });
});

describe("packets dropped by the kernel", () => {
  it("are not counted as traffic in a pcapng of droptap", async () => {
    const reason: PcapngOption = { code: 0x8007, uint32: 0x0102_0001 };
    const file = pcapng().section().interface().appleProcess(1, "apsd");
    file.packet(fromMac([50_100, 443], "tcp").build(), { options: [reason] });
    file.packet(fromMac([50_100, 443], "tcp").build());
    const { flows, summary } = await analyze(file.build());
    expect(flows.map(({ packets }) => packets)).toEqual([{ originator: 1, responder: 0 }]);
    expect(summary.packets).toMatchObject({ decoded: 1, nonIp: 1 });
  });
});
