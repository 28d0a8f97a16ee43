/** The queue before a pipe: whole records in order at any pipe speed, and every dropped packet counted. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PacketQueue } from "../../../src/packets/live/packet-queue.ts";
import { collectBytes, packetOf } from "../files/collect-records.ts";

describe("the packet queue", () => {
  it("writes a capture of whole records, and drops packets without room", async () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 60 });
    const takes = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(lengths, takes, fc.integer({ min: 1, max: 150 }), async (sizes, room, snaplen) => {
        const written: Buffer[] = [];
        let turn = 0;
        let isOpen = false;
        const queue = new PacketQueue(300, 1, snaplen, (bytes, offset, length) => {
          const count = isOpen ? length : Math.min(length, room[turn++ % room.length]);
          written.push(Buffer.from(bytes.subarray(offset, offset + count)));
          return count;
        });
        const kept: string[] = [];
        for (const [i, length] of sizes.entries()) {
          const packet = Buffer.from(packetOf(length, i));
          const before = queue.dropped;
          queue.add(packet, length, i, i);
          if (queue.dropped === before) kept.push(packet.subarray(0, snaplen).toString("hex"));
          if (i % 2 === 0) queue.flush();
        }
        isOpen = true;
        expect(queue.flush()).toBe(true);
        expect(queue.length).toBe(0);
        const { records, error } = await collectBytes(Buffer.concat(written));
        expect(error).toBeNull();
        expect(records.map(({ packet }) => packet)).toEqual(kept);
        expect(kept.length + queue.dropped).toBe(sizes.length);
      }),
    );
  });

  it("preserves times, lengths on the wire and the link type", async () => {
    const written: Buffer[] = [];
    const queue = new PacketQueue(1000, 113, 20, (bytes, offset, length) => {
      written.push(Buffer.from(bytes.subarray(offset, offset + length)));
      return length;
    });
    queue.add(Buffer.from(packetOf(64)), 64, 1_700_000_000, 999_999);
    queue.flush();
    const { records, interfaces } = await collectBytes(Buffer.concat(written));
    expect(records).toMatchObject([
      { seconds: 1_700_000_000, nanoseconds: 999_999_000, captured: 20, original: 64 },
    ]);
    expect(interfaces[0].linkType).toBe(113);
  });

  it("waits while the pipe is full", () => {
    const queue = new PacketQueue(200, 1, 100, () => 0);
    for (let i = 0; i < 5; i++) queue.add(Buffer.alloc(34), 34, 0, 0);
    expect(queue.flush()).toBe(false);
    // 24 bytes of file header, then 50 for each packet.
    expect({ length: queue.length, dropped: queue.dropped }).toEqual({ length: 174, dropped: 2 });
  });
});
