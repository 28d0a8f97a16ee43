/** Later fragments find the flow of their first one, and are counted exactly once (docs/contract.md, "Packet classes"). */
import { describe, expect, it } from "vitest";
import { analyzeTraffic } from "../support/analyze.ts";
import { expectConserved } from "../support/conservation.ts";
import type { TrafficRecord } from "../support/traffic.ts";
import { laterFragment, type RecordOptions, udp } from "../support/traffic-makers.ts";

const A = "10.0.0.1";
const B = "10.0.0.2";

const first = (id: number, options: RecordOptions = {}) =>
  udp(`${A}:${40_000 + id}`, `${B}:5004`, { fragmentId: id, ...options });
const later = (id: number, options: RecordOptions = {}) => laterFragment(A, B, id, options);

async function countOf(records: readonly TrafficRecord[]) {
  const { summary, flows } = await analyzeTraffic(records, { maxFlows: 20_000 });
  expectConserved(summary);
  return {
    decoded: summary.packets.decoded,
    fragments: summary.packets.fragments,
    flows: flows.map(({ packets }) => packets.originator + packets.responder).sort((a, b) => a - b),
  };
}

describe("the flow of an IP fragment", () => {
  it.each([
    ["in order", [first(1), later(1), later(1)]],
    ["reversed", [later(1), later(1), first(1)]],
    ["after and before the first one", [later(1), first(1), later(1)]],
  ])("is found %s", async (_, records) => {
    expect(await countOf(records)).toEqual({ decoded: 3, fragments: 0, flows: [3] });
  });

  it("is found when datagrams are interleaved", async () => {
    const records = [first(1), later(2), first(3), later(1), first(2), later(3), later(2), later(3)];
    expect(await countOf(records)).toEqual({ decoded: 8, fragments: 0, flows: [2, 3, 3] });
  });

  it("is matched by addresses, identification and, in IPv4, protocol", async () => {
    const records = [
      first(1),
      later(2),
      laterFragment(B, A, 1),
      laterFragment(A, B, 1, { transport: "tcp" }),
      laterFragment("10.0.0.3", B, 1),
    ];
    expect(await countOf(records)).toEqual({ decoded: 1, fragments: 4, flows: [1] });
  });

  it("is matched in IPv6 by addresses and the 32-bit identification", async () => {
    const id = 0xdeadbeef;
    const records = [
      udp("[2001:db8::1]:40000", "[2001:db8::2]:5004", { fragmentId: id }),
      laterFragment("2001:db8::1", "2001:db8::2", id),
      laterFragment("2001:db8::1", "2001:db8::2", id & 0xffff),
      laterFragment("2001:db8:1::1", "2001:db8::2", id),
    ];
    expect(await countOf(records)).toEqual({ decoded: 2, fragments: 2, flows: [2] });
  });

  it("is that of the latest datagram if an identification is reused", async () => {
    const again = udp(`${A}:50001`, `${B}:5004`, { fragmentId: 1 });
    expect(await countOf([first(1), later(1), again, later(1), later(1)])).toEqual({
      decoded: 5,
      fragments: 0,
      flows: [2, 3],
    });
  });

  it("is forgotten after 60 seconds", async () => {
    expect(await countOf([first(1), later(1, { at: 60 })])).toMatchObject({ decoded: 2, fragments: 0 });
    expect(await countOf([first(1), later(1, { at: 61 })])).toMatchObject({ decoded: 1, fragments: 1 });
    expect(await countOf([later(1), first(1, { at: 61 })])).toMatchObject({ decoded: 1, fragments: 1 });
    const heardOf = [first(1), later(1, { at: 50 }), later(1, { at: 100 })];
    expect(await countOf(heardOf)).toMatchObject({ decoded: 3, fragments: 0 });
  });
});

describe("an overflow of the fragment table", () => {
  const count = 30_000;
  const ids = Array.from({ length: count }, (_, id) => id);

  it("by waiting fragments loses none and counts none twice", async () => {
    const { decoded, fragments } = await countOf([
      ...ids.map((id) => later(id)),
      ...ids.map((id) => first(id)).reverse(),
    ]);
    expect(decoded + fragments).toBe(2 * count);
    // The ring holds 4096 of them; the sets must not have evicted many of those.
    expect(decoded - count).toBeGreaterThan(3000);
    expect(decoded - count).toBeLessThanOrEqual(4096);
  });

  it("by fragments waiting for one datagram counts the excess as fragments", async () => {
    const waiting = Array.from({ length: 5000 }, () => later(1));
    expect(await countOf([...waiting, first(1)])).toEqual({ decoded: 4097, fragments: 904, flows: [4097] });
  });

  it.each([
    ["within half a minute", 1000],
    ["within one second", 1e9],
  ])("by datagrams %s evicts the oldest; later fragments of the others find their flow", async (_, rate) => {
    const firsts = ids.map((id) => first(id, { at: id / rate }));
    const recent = ids.slice(-2000);
    const laters = recent.map((id) => later(id, { at: count / rate }));
    const { decoded, fragments } = await countOf([...firsts, ...laters]);
    expect(decoded + fragments).toBe(count + recent.length);
    expect(fragments).toBeLessThan(recent.length / 100);
  });

  it("loses no packet if a datagram is evicted while its fragments wait", async () => {
    const records = ids.flatMap((id) => [later(id), ...(id >= 20_000 ? [first(id - 20_000)] : [])]);
    const { decoded, fragments } = await countOf(records);
    expect(decoded + fragments).toBe(records.length);
  });
});
