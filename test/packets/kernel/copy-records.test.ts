/** Blocks outside the kernel are copied into it in as many parts as its buffer requires. */
import { expect, it } from "vitest";
import { copyRecords } from "../../../src/packets/kernel/copy-records.ts";
import { Kernel } from "../../../src/packets/kernel/kernel.ts";
import { PacketBlock } from "../../../src/packets/packet-block.ts";

it("copy-records copies what fits, with the gaps, and eventually everything", () => {
  const kernel = new Kernel(16, 1000);
  const { columns } = kernel.place;
  const block = new PacketBlock();
  block.bytes = Uint8Array.from({ length: 4000 }, (_, i) => (i * 31) & 0xff);
  // A gap of 7 bytes between records; the fifth comes before the others, farther from the sixth than the buffer is long.
  const lengths = [300, 400, 250, 1000, 0, 20];
  let cursor = 50;
  for (const [row, length] of lengths.entries()) {
    block.offsets[row] = row === 4 ? 3 : cursor;
    block.capturedLengths[row] = length;
    block.originalLengths[row] = 5000 + row;
    block.seconds[row] = 6000 + row;
    block.nanoseconds[row] = 7000 + row;
    block.interfaceIds[row] = 8000 + row;
    block.hostMarks[row] = 9000 + row;
    cursor += length + 7;
  }
  block.count = lengths.length;
  const parts: number[] = [];
  for (let first = 0; first < block.count; first += parts.at(-1) ?? 0) {
    const copied = copyRecords(block, first, block.count, kernel.place);
    parts.push(copied);
    for (let i = 0; i < copied; i++) {
      const row = first + i;
      const length = lengths[row];
      expect(kernel.place.buffer.subarray(columns.offsets[i]).subarray(0, length)).toEqual(
        block.bytes.subarray(block.offsets[row]).subarray(0, length),
      );
      const figures = [
        columns.capturedLengths,
        columns.originalLengths,
        columns.seconds,
        columns.nanoseconds,
      ];
      expect([...figures, columns.interfaceIds, columns.hostMarks].map((column) => column[i])).toEqual([
        length,
        ...[5000, 6000, 7000, 8000, 9000].map((figure) => figure + row),
      ]);
    }
  }
  expect(parts).toEqual([3, 1, 1, 1]);
});
