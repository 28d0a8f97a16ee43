import { describe, expect, it } from "vitest";
import { DuplicateFinder } from "../../src/duplicates/duplicate-finder.ts";
import { type PacketBuilder, packet } from "../../src/testing/builders/packet-builder.ts";
import { memorySource } from "../support/memory-source.ts";
import { duplicatesOf } from "../support/seen-packets.ts";

const ethernet = packet().ethernet();
const segment = { sequence: 77, flags: "PA" };
const request = ethernet.ipv4().tcp(segment).payload(100);
const request6 = ethernet.ipv6().tcp(segment).payload(100);

describe("a copy of a packet on another interface", () => {
  const twice = (first: PacketBuilder, second: PacketBuilder, microseconds = 10) =>
    duplicatesOf([
      { packet: first, microseconds: 0, on: "eth0" },
      { packet: second, microseconds, on: "br0" },
    ]);

  it("is found up to 50 ms later or earlier", async () => {
    expect((await twice(request, request, 50_000)).found).toEqual([1]);
    expect((await twice(request, request, -50_000)).found).toEqual([1]);
    expect((await twice(request, request, 50_001)).found).toEqual([]);
  });

  it.each([
    ["IPv4", request, ethernet.ipv4({ timeToLive: 63 }).tcp(segment).payload(100)],
    ["IPv6", request6, ethernet.ipv6({ hopLimit: 63 }).tcp(segment).payload(100)],
  ])("is found after a router: %s", async (_name, before, after) => {
    expect(await twice(before, after)).toEqual({ found: [1], acrossNat: 0 });
  });

  it.each([
    ["on a VLAN trunk", ethernet.vlan(10).ipv4().tcp(segment).payload(100)],
    ["on `any`", packet().sll2().ipv4().tcp(segment).payload(100)],
    [
      "in VXLAN",
      ethernet
        .ipv4({ id: 1 })
        .udp({ destinationPort: 4789 })
        .vxlan()
        .ethernet()
        .ipv4()
        .tcp(segment)
        .payload(100),
    ],
  ])("is found under different headers: %s", async (_name, other) => {
    expect((await twice(request, other)).found).toEqual([1]);
  });

  it("is not found inside a tunnel if only the outermost headers count", async () => {
    const carried = ethernet
      .ipv4({ id: 1 })
      .udp({ destinationPort: 4789 })
      .vxlan()
      .ethernet()
      .ipv4()
      .tcp(segment);
    const seen = [
      { packet: ethernet.ipv4().tcp(segment), microseconds: 0, on: "vxlan0" },
      { packet: carried, microseconds: 10, on: "eth0" },
    ];
    expect((await duplicatesOf(seen, { entersTunnels: false })).found).toEqual([]);
  });

  it.each([
    ["identification", ethernet.ipv4({ id: 2 }).tcp(segment).payload(100)],
    [
      "sequence number",
      ethernet
        .ipv4()
        .tcp({ ...segment, sequence: 78 })
        .payload(100),
    ],
    [
      "port",
      ethernet
        .ipv4()
        .tcp({ ...segment, sourcePort: 50_000 })
        .payload(100),
    ],
    [
      "last byte",
      ethernet
        .ipv4()
        .tcp(segment)
        .payload([...Array(99).keys(), 0]),
    ],
    ["length", ethernet.ipv4().tcp(segment).payload(99)],
  ])("is only found with the same %s", async (_name, other) => {
    expect((await twice(request, other)).found).toEqual([]);
  });

  it("is found by its first bytes if one copy was truncated by the snaplen", async () => {
    const seen = (second: PacketBuilder) => [
      { packet: request, microseconds: 0, on: "eth0" },
      { packet: second, microseconds: 5, on: "br0", cutTo: 68 },
    ];
    expect((await duplicatesOf(seen(request))).found).toEqual([1]);
    expect((await duplicatesOf(seen(ethernet.ipv4({ id: 3 }).tcp(segment).payload(100)))).found).toEqual([]);
  });

  it("is paired once per interface: a retransmission with the same bytes is another packet", async () => {
    const times = [0, 10, 20_000, 20_010];
    const seen = times.map((microseconds, i) => ({
      packet: request6,
      microseconds,
      on: i % 2 === 0 ? "eth0" : "br0",
    }));
    expect((await duplicatesOf(seen)).found).toEqual([1, 3]);
  });

  it("is found on a third interface", async () => {
    const seen = ["eth0", "br0", "veth0"].map((on, i) => ({ packet: request, microseconds: i * 10, on }));
    expect((await duplicatesOf(seen)).found).toEqual([1, 2]);
  });

  it("is found without ports or without an IP header", async () => {
    const others = [ethernet.ipv4().icmp(), ethernet.arp()];
    for (const other of others) expect((await twice(other, other)).found).toEqual([1]);
    expect((await twice(ethernet.arp(), ethernet.vlan(5).arp())).found).toEqual([1]);
  });
});

describe("a copy of a packet on `any`", () => {
  it("is found if the device index differs", async () => {
    const on = (interfaceIndex: number) => packet().sll2({ interfaceIndex }).ipv4().tcp(segment).payload(9);
    const seen = (second: number) => [
      { packet: on(2), microseconds: 0 },
      { packet: on(second), microseconds: 10_000 },
    ];
    expect((await duplicatesOf(seen(3))).found).toEqual([1]);
    expect((await duplicatesOf(seen(2))).found).toEqual([]);
  });

  it("is found in the other direction if the header names no device", async () => {
    const as = (packetType: number) => packet().sll({ packetType }).ipv4().tcp(segment).payload(9);
    const seen = (second: number) => [
      { packet: as(0), microseconds: 0 },
      { packet: as(second), microseconds: 10_000 },
    ];
    expect((await duplicatesOf(seen(4))).found).toEqual([1]);
    expect((await duplicatesOf(seen(0))).found).toEqual([]);
  });
});

describe("a copy of a packet on the same interface", () => {
  const again = (built: PacketBuilder, microseconds: number) =>
    duplicatesOf([
      { packet: built, microseconds: 0 },
      { packet: built, microseconds },
    ]);

  it("is found up to 100 µs later", async () => {
    expect((await again(request, 100)).found).toEqual([1]);
    expect((await again(request, 101)).found).toEqual([]);
  });

  it("is not found in a burst of indistinguishable acknowledgements or resets", async () => {
    expect((await again(ethernet.ipv6().tcp({ flags: "A" }), 5)).found).toEqual([]);
    expect((await again(ethernet.ipv4({ id: 0 }).tcp({ flags: "R" }), 5)).found).toEqual([]);
    expect((await again(ethernet.ipv4({ id: 7 }).tcp({ flags: "A" }), 5)).found).toEqual([1]);
    expect((await again(ethernet.ipv6().tcp({ flags: "S" }), 5)).found).toEqual([1]);
  });

  it("is found for every packet on a mirror port that duplicates everything", async () => {
    const flags = ["S", "SA", "A", "PA", "A", "FA", "A"];
    const seen = flags.flatMap((letters, i) => {
      const built = ethernet.ipv6().tcp({ flags: letters, sequence: i });
      return [0, 3].map((later) => ({ packet: built, microseconds: i * 1000 + later }));
    });
    expect((await duplicatesOf(seen)).found).toEqual([1, 3, 5, 7, 9, 11, 13]);
  });

  it("is not searched among non-Ethernet frames: 802.11 acknowledgements are all alike", async () => {
    const frame = packet().prefix(105, 0xd4, 0, 0, 0, 2, 0, 0, 0, 0, 1);
    expect((await again(frame, 5)).found).toEqual([]);
  });
});

it("the duplicate finder skips packets without a time", async () => {
  const bytes = request.build();
  const source = memorySource([
    { bytes, time: null },
    { bytes, time: null },
  ]);
  const finder = new DuplicateFinder(true, false);
  for await (const block of source.blocks()) {
    for (let i = 0; i < block.count; i++) expect(finder.isDuplicate(block, i, source)).toBe(false);
  }
});

it("the duplicate finder finds 15,000 copies after 50 ms", async () => {
  const seen = (on: string, delay: number) =>
    Array.from({ length: 15_000 }, (_, i) => ({
      packet: ethernet
        .ipv4({ id: i & 0xffff })
        .udp()
        .payload(20),
      microseconds: i * 3 + delay,
      on,
    }));
  const all = [...seen("eth0", 0), ...seen("br0", 49_000)].sort((a, b) => a.microseconds - b.microseconds);
  const { found } = await duplicatesOf(all);
  // Some were evicted: less than one in a thousand.
  expect(found.length).toBeGreaterThan(14_985);
});

it("the duplicate finder finds copies among packets of the same content if they follow quickly", async () => {
  const seen = Array.from({ length: 100 }, (_, i) => ({
    packet: ethernet.ipv4().tcp({ sourcePort: 50_000 + (i >> 1), flags: "S" }),
    microseconds: i * 10,
    on: i % 2 === 0 ? "eth0" : "br0",
  }));
  expect((await duplicatesOf(seen)).found).toHaveLength(50);
});

it("the duplicate finder is deterministic when many packets of the same content fill its table", async () => {
  const crowd = (sequence: number) =>
    Array.from({ length: 8 }, (_, i) => ({
      packet: ethernet.ipv4().tcp({ sequence, sourcePort: 50_000 + i, flags: "S" }),
      microseconds: i,
      on: "eth0",
    }));
  const first = Array.from({ length: 400 }, (_, i) => crowd(i)).flat();
  const all = [...first, ...first.map((seen) => ({ ...seen, microseconds: 20, on: "br0" }))];
  const { found } = await duplicatesOf(all);
  expect(found.length).toBeGreaterThan(2500);
  expect(found.length).toBeLessThan(3200);
  expect((await duplicatesOf(all)).found).toEqual(found);
  expect((await duplicatesOf(all)).found).toEqual(found);
});
