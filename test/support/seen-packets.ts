/** Packets as captured on several interfaces, and the results of the duplicate finder. */
import { expect } from "vitest";
import { DuplicateFinder } from "../../src/duplicates/duplicate-finder.ts";
import type { PacketBuilder } from "../../src/testing/builders/packet-builder.ts";
import { type MemoryRecord, memorySource } from "./memory-source.ts";

const START = 1_700_000_000_000_000_000n;

/** A packet captured at `microseconds` on an interface. */
export interface Seen {
  readonly packet: PacketBuilder;
  readonly microseconds: number;
  readonly on?: string;
  readonly cutTo?: number;
}

interface Options {
  readonly leavesOut?: boolean;
  readonly entersTunnels?: boolean;
}

/** Returns which packets are duplicates, by index from 0, and how many of them across a NAT. */
export async function duplicatesOf(
  seen: readonly Seen[],
  { leavesOut = false, entersTunnels = true }: Options = {},
) {
  const records = seen.map(({ packet: built, microseconds, on, cutTo }): MemoryRecord => {
    const bytes = built.build();
    const time = START + BigInt(microseconds) * 1000n;
    const base = {
      bytes: bytes.slice(0, cutTo),
      time,
      originalLength: bytes.length,
      linkType: built.linkType,
    };
    return on === undefined ? base : { ...base, interfaceName: on };
  });
  const source = memorySource(records);
  const finder = new DuplicateFinder(entersTunnels, leavesOut);
  const found: number[] = [];
  let number = 0;
  for await (const block of source.blocks()) {
    for (let i = 0; i < block.count; i++, number++)
      if (finder.isDuplicate(block, i, source)) found.push(number);
  }
  expect(finder.packets).toBe(found.length);
  return { found, acrossNat: finder.acrossNat };
}
