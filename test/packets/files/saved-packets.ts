/** Packets to save, and a function that saves them. */
import type { SavedCapture } from "../../../src/packets/files/saved-capture.ts";
import type { PacketSource } from "../../../src/packets/packet-source.ts";
import { memorySource } from "../../support/memory-source.ts";

/** Saves everything from the sources, one after the other. */
export async function save(saved: SavedCapture, ...sources: readonly PacketSource[]): Promise<void> {
  for (const source of sources) {
    for await (const block of source.blocks()) saved.write(source, block);
  }
  await saved.close();
}

/** A source of `count` packets of 100 bytes, one per second. */
export function packets(count: number, name = "eth0"): PacketSource {
  const records = Array.from({ length: count }, (_, i) => ({
    bytes: new Uint8Array(100).fill(i),
    time: BigInt(i) * 1_000_000_000n,
  }));
  return memorySource(records, { name });
}
