/** Brings records into the kernel that stand elsewhere: of live captures, of which there may be several at once. */
import type { PacketBlock } from "../packet-block.ts";
import type { Kernel } from "./kernel.ts";

/**
 * Copies records of a block (borrowed for the call), from `first` on, to the beginning of the kernel's columns and buffer,
 * with what stands between them. Returns how many: all that fit, at least one. A record must fit the buffer.
 */
export function copyRecords(block: PacketBlock, first: number, { columns, buffer }: Kernel): number {
  const start = block.offsets[first];
  let end = first;
  let length = 0;
  for (; end < block.count; end++) {
    const offset = block.offsets[end] - start;
    const needed = offset + block.capturedLengths[end];
    if (end > first && (offset < length || needed > buffer.length)) break;
    columns.offsets[end - first] = offset;
    length = needed;
  }
  buffer.set(block.bytes.subarray(start, start + length));
  columns.copyRows(block, first, end);
  return end - first;
}
