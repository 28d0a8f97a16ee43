/** Brings records into the kernel that stand elsewhere: of live captures, of which there may be several at once. */
import type { Kernel } from "./kernel.ts";

/** The columns that mean the same wherever the bytes stand. */
const COLUMNS = [
  "capturedLengths",
  "originalLengths",
  "seconds",
  "nanoseconds",
  "interfaceIds",
  "processIds",
] as const;

/** A block of records: what is read of `PacketBlock`. */
interface Records extends Pick<Kernel, "offsets" | (typeof COLUMNS)[number]> {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/**
 * Copies records of a block (borrowed for the call), from `first` on, to the beginning of the kernel's columns and room,
 * with what stands between them. Returns how many: all that fit, at least one. A record must fit the room.
 */
export function copyRecords(block: Records, first: number, kernel: Kernel): number {
  const { room } = kernel;
  const start = block.offsets[first];
  let end = first;
  let length = 0;
  for (; end < block.count; end++) {
    const offset = block.offsets[end] - start;
    const needed = offset + block.capturedLengths[end];
    if (end > first && (offset < length || needed > room.length)) break;
    kernel.offsets[end - first] = offset;
    length = needed;
  }
  room.set(block.bytes.subarray(start, start + length));
  for (const column of COLUMNS) kernel[column].set(block[column].subarray(first, end));
  return end - first;
}
