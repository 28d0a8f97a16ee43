/** Replayed captures, and the part of the result that stays the same. */
import { openCapture } from "../../src/packets/files/open-capture.ts";
import { SavedCapture } from "../../src/packets/files/saved-capture.ts";
import type { ProductSummary, Summary } from "../../src/reports/traffic/summary.ts";
import { type MemoryRecord, memorySource } from "./memory-source.ts";

/** Writes a capture to `file` again, with frames at their original length, filled with zeros. */
export async function replayable(capture: string, file: string): Promise<void> {
  const source = await openCapture(capture);
  const records: MemoryRecord[] = [];
  for await (const block of source.blocks()) {
    for (let i = 0; i < block.count; i++) {
      const bytes = new Uint8Array(block.originalLengths[i]);
      const start = block.offsets[i];
      bytes.set(block.bytes.subarray(start, start + block.capturedLengths[i]));
      records.push({ bytes, time: BigInt(block.seconds[i]) * 1_000_000_000n + BigInt(block.nanoseconds[i]) });
    }
  }
  const saved = new SavedCapture(file, null);
  const whole = memorySource(records, { timeDigits: 6 });
  for await (const block of whole.blocks()) saved.write(whole, block);
  await saved.close();
}

/** The part of the result that does not depend on the time of the packets. */
export function timeless(summary: Pick<Summary, "products">) {
  const row = ({ identified, oneOf, possible, possibleOnly, byEvidence, ports }: ProductSummary) => ({
    identified,
    oneOf,
    possible,
    possibleOnly,
    byEvidence,
    ports,
  });
  return Object.fromEntries(summary.products.map((product) => [product.product, row(product)]));
}
