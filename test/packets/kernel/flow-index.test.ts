/** How the kernel finds flows: by a keyed hash, in a table that grows, and from which flows are removed. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { SeededRandom } from "../../../scripts/fixtures/seeded-random.ts";
import { ENTRY_DOUBLES, ENTRY_PACKETS } from "../../../src/packets/kernel/layout.ts";
import { SEQUENTIAL_KEYS, unevennessOf } from "../../support/hash-fairness.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { type FlowObserverPart, startKernel, type TestKernel } from "./test-kernel.ts";

/** A different client for each number. */
const clientOf = (i: number) => 0x0a000000 + i;

function countAll(kernel: TestKernel, count: number): void {
  for (let i = 0; i < count; i++) kernel.countUdp(clientOf(i));
}

describe("the hash of the kernel", () => {
  it.each(Object.entries(SEQUENTIAL_KEYS))("distributes %s over the table", (_, hashOf) => {
    const { unevenness, distinct } = unevennessOf(hashOf, () => startKernel().hash);
    expect(distinct).toBeGreaterThan(0.99);
    expect(unevenness).toBeLessThan(3);
  });

  it("is the same for the same key, and different in another kernel", () => {
    const one = startKernel().hash;
    const two = startKernel().hash;
    const keys = Array.from({ length: 100 }, (_, i) => i * 7919);
    const ofKeys = (hash: typeof one) => keys.map((key) => hash.ofIpv4(key, key + 1, key, 0));
    expect(ofKeys(one)).toEqual(ofKeys(one));
    expect(ofKeys(one)).not.toEqual(ofKeys(two));
  });

  it("depends on all words of the key", () => {
    const { hash } = startKernel();
    const key = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const plain = hash.ofIpv6(key, 443, 2);
    expect(hash.ofIpv6(key, 444, 2)).not.toBe(plain);
    expect(hash.ofIpv6(key, 443, 3)).not.toBe(plain);
    for (let i = 0; i < key.length; i++) {
      const other = Int32Array.from(key);
      other[i] ^= 0x10;
      expect(hash.ofIpv6(other, 443, 2)).not.toBe(plain);
    }
  });
});

describe("the flow index of the kernel", () => {
  it("finds the flows in it and no others, whatever is removed", () => {
    const kernel = startKernel(400);
    const operation = fc.tuple(fc.boolean(), fc.nat(300));
    const live = new Map<number, number>();
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        for (const [isPacket, i] of operations) {
          const record = live.get(i);
          if (isPacket || record === undefined) {
            live.set(i, kernel.countUdp(clientOf(i)));
            if (record !== undefined) expect(live.get(i)).toBe(record);
          } else {
            kernel.kernel.removeFlow(record);
            live.delete(i);
          }
        }
        for (let i = 0; i <= 300; i++) expect(kernel.findUdp(clientOf(i))).toBe(live.get(i) ?? 0);
        expect(kernel.kernel.live).toBe(live.size);
        expect(new Set(live.values()).size).toBe(live.size);
      }),
      { numRuns: propertyRuns(200) },
    );
    // Records are reused: there were never more than live flows.
    expect(kernel.kernel.used).toBeLessThanOrEqual(301);
  });

  it("keeps all flows of IPv4 and IPv6 when it grows", () => {
    const count = 100_000;
    const kernel = startKernel(2 * count);
    countAll(kernel, count);
    for (let i = 0; i < count; i++) kernel.countUdp6(i);
    expect(kernel.kernel.live).toBe(2 * count);
    for (let i = 0; i < count; i += 2) kernel.kernel.removeFlow(kernel.findUdp(clientOf(i)));
    for (let i = 1; i < count; i += 2) kernel.kernel.removeFlow(kernel.findUdp6(i));
    for (let i = 0; i < count; i++) {
      expect(kernel.findUdp(clientOf(i)) !== 0).toBe(i % 2 === 1);
      expect(kernel.findUdp6(i) !== 0).toBe(i % 2 === 0);
    }
  });

  it("finds flows after it has grown within a batch", () => {
    const kernel = startKernel(60_000);
    const seen = new Set<number>();
    const random = new SeededRandom(60_000);
    for (let turn = 1; turn <= 400; turn++) {
      // Half of them are known already.
      const batch = Array.from({ length: 256 }, (_, i) =>
        clientOf(i % 2 === 0 ? random.below(turn * 128) : turn * 128 + (i >> 1)),
      );
      for (const client of batch) seen.add(client);
      kernel.countTogether(batch);
    }
    expect(kernel.kernel.live).toBe(seen.size);
  });

  it("finds flows when others of the same batch were removed in between", () => {
    // So full that entries are adjacent, and most packets evict another flow.
    const most = 20_000;
    const counted = new Map<number, number>();
    let batch: number[] = [];
    const kernel = startKernel(most, {
      evict: (table) => {
        const gone = [...counted.keys()].find((client) => !batch.includes(client)) ?? 0;
        table.removeFlow(records.get(gone) ?? 0);
        counted.delete(gone);
      },
    });
    const records = new Map<number, number>();
    const random = new SeededRandom(20_000);
    for (let turn = 0; turn < 200; turn++) {
      batch = Array.from({ length: 256 }, () => clientOf(random.below(2 * most)));
      for (const client of batch) counted.set(client, (counted.get(client) ?? 0) + 1);
      kernel.countTogether(batch);
      // Looked up one at a time, so that batching does not matter.
      for (const client of batch) records.set(client, kernel.findUdp(client));
    }
    expect(kernel.kernel.live).toBe(counted.size);
    const { entryDoubles } = kernel.kernel;
    const wrong = [...counted].filter(([client, packets]) => {
      const base = kernel.findUdp(client) * ENTRY_DOUBLES + ENTRY_PACKETS;
      return entryDoubles[base] + entryDoubles[base + 1] !== packets;
    });
    expect(wrong).toEqual([]);
  });

  it("requests memory before it is full, and continues with it", () => {
    const removed: number[] = [];
    const host: FlowObserverPart = { evict: (kernel) => kernel.removeFlow(removed.push(0)) };
    const kernel = startKernel(3, host);
    countAll(kernel, 5);
    expect(removed).toHaveLength(2);
    expect(kernel.kernel.live).toBe(3);
    expect([0, 1, 2, 3, 4].map((i) => kernel.findUdp(clientOf(i)) !== 0)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });
});

describe("the limits of a kernel", () => {
  it("allow the maximum number of flows that can be requested", () => {
    const kernel = startKernel(25_000_000);
    countAll(kernel, 3);
    expect(kernel.kernel.live).toBe(3);
  });

  it("are reported if the system reserves no memory", () => {
    // The error that V8 throws under `ulimit -v`, which other parts of Node do not survive everywhere.
    function refuse(): never {
      throw new RangeError("WebAssembly.Memory(): could not allocate memory");
    }
    const reserve = vi.spyOn(WebAssembly, "Memory").mockImplementation(refuse);
    try {
      expect(() => startKernel(1000)).toThrow(
        expect.objectContaining({
          name: "InputError",
          message: expect.stringMatching(/1000 flows .*ulimit -v/),
        }),
      );
    } finally {
      reserve.mockRestore();
    }
  });
});
