/** Times have the precision of every interface, in any pieces: also of one described after the last packet. */
import { expect, it } from "vitest";
import { analyzeBytes } from "../../scripts/fuzz/analyze-bytes.ts";
import { AT_ONCE, openMemoryCapture } from "../../scripts/fuzz/memory-capture.ts";
import type { PacketBlock } from "../../src/packets/packet-block.ts";
import { pcapng } from "../../src/testing/builders/capture-builder.ts";
import { packet } from "../../src/testing/builders/packet-builder.ts";

const ARRIVALS = [AT_ONCE, { pieces: [1], filling: 0 }];

it("times are shown the same when a capture is read at once and byte by byte", async () => {
  const bytes = pcapng()
    .section()
    .interface({ timeResolution: 6 })
    .packet(packet().ethernet().ipv4().udp().build())
    .interface({ timeResolution: 9 })
    .build();
  const starts = ARRIVALS.map(async (arrival) => {
    const { summary } = await analyzeBytes([(place) => openMemoryCapture("x", bytes, arrival, place)]);
    return summary.capture.start;
  });
  const [atOnce, inPieces] = await Promise.all(starts);
  expect(atOnce).toMatch(/\.\d{9}Z$/);
  expect(inPieces).toBe(atOnce);
});

it("times of a flow that ends before a finer interface is described are shown the same", async () => {
  const udp = (port: number) => packet().ethernet().ipv4().udp({ sourcePort: port }).build();
  const bytes = pcapng()
    .section()
    .interface({ timeResolution: 6 })
    .packet(udp(50_001), { seconds: 1_700_000_000, nanoseconds: 1000 })
    .packet(udp(50_002), { seconds: 1_700_000_100, nanoseconds: 2000 })
    .interface({ timeResolution: 9 })
    .packet(udp(50_003), { seconds: 1_700_000_200, nanoseconds: 3, interfaceId: 1 })
    .build();
  const starts = ARRIVALS.map(async (arrival) => {
    const open = [(place: PacketBlock) => openMemoryCapture("x", bytes, arrival, place)];
    const { flows } = await analyzeBytes(open, { maxFlows: 1 });
    return flows.map(({ start }) => start);
  });
  const [atOnce, inPieces] = await Promise.all(starts);
  expect(atOnce[0]).toMatch(/\.000001Z$/);
  expect(atOnce).toHaveLength(3);
  expect(inPieces).toEqual(atOnce);
});
