/** Copies records into the kernel's memory: of live captures, and of files when several are open at once. */
import type { BlockPlace, PacketBlock } from "../packet-block.ts";

/**
 * Copies records `first` to `wantedEnd - 1` of a block (borrowed for the call) to the beginning of other columns and
 * their buffer, including the bytes between them. Returns their number: as many as fit, at least one. A record must fit
 * the buffer.
 */
export function copyRecords(
  block: PacketBlock,
  first: number,
  wantedEnd: number,
  { columns, buffer }: BlockPlace,
): number {
  const start = block.offsets[first];
  let end = first;
  let length = 0;
  for (; end < wantedEnd; end++) {
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
