/** Rules for every packet source, file or interface; the test of each source runs them. */
import { expect, it } from "vitest";
import { LinkType } from "../../../src/net/link-types.ts";
import { BLOCK_CAPACITY } from "../../../src/packets/packet-block.ts";
import type { Collected } from "../files/collect-records.ts";

/** A source that was read to its end while the packets of one capture were sent. */
export interface ReadSource {
  readonly collected: Omit<Collected, "error">;
  /** Error code of the source, or null. */
  readonly errorCode: string | null;
  readonly blockCounts: readonly number[];
  readonly isOneBlock: boolean;
}

/** An Ethernet capture with more packets than a block holds. */
export interface Passing {
  /** Packets in order, in hexadecimal. */
  readonly packets: readonly string[];
}

/** The test cases. `read` lets the packets pass the source; it is called once for all cases. */
export function describeSourceContract(read: () => Promise<{ source: ReadSource; passing: Passing }>): void {
  let once: ReturnType<typeof read> | null = null;
  const reading = () => {
    once ??= read();
    return once;
  };

  it("delivers each packet once, in order, with its bytes", async () => {
    const { source, passing } = await reading();
    expect(passing.packets.length).toBeGreaterThan(BLOCK_CAPACITY);
    expect(source.collected.records.map(({ packet }) => packet)).toEqual(passing.packets);
  });

  it("reports captured and original lengths", async () => {
    const { source } = await reading();
    for (const { packet, captured, original } of source.collected.records) {
      expect(captured).toBe(packet.length / 2);
      expect(original).toBeGreaterThanOrEqual(captured);
    }
  });

  it("has times that do not go back", async () => {
    const { source } = await reading();
    const times = source.collected.records.map(({ seconds, nanoseconds }) => seconds * 1e9 + nanoseconds);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(source.collected.records.every(({ nanoseconds }) => nanoseconds < 1e9)).toBe(true);
  });

  it("reuses one block, and never delivers an empty one", async () => {
    const { source } = await reading();
    expect(source.isOneBlock).toBe(true);
    expect(Math.min(...source.blockCounts)).toBeGreaterThan(0);
    expect(Math.max(...source.blockCounts)).toBeLessThanOrEqual(BLOCK_CAPACITY);
  });

  it("describes its interface by its link type, and counts its packets", async () => {
    const { source, passing } = await reading();
    expect(source.collected.interfaces).toHaveLength(1);
    const [{ linkType, packets }] = source.collected.interfaces;
    expect({ linkType, packets }).toEqual({ linkType: LinkType.ETHERNET, packets: passing.packets.length });
    expect(new Set(source.collected.records.map(({ interfaceId }) => interfaceId))).toEqual(new Set([0]));
  });

  it("ends without an error", async () => {
    const { source } = await reading();
    expect(source.errorCode).toBeNull();
  });
}
