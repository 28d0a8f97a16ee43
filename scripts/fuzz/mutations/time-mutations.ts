/** Mutations of capture times: out of order, far apart, before 1970, or with an invalid fraction of a second. */
import type { SeededRandom } from "../../fixtures/seeded-random.ts";
import { interestingNumber } from "./byte-mutations.ts";
import type { StructureMutation } from "./structure-mutations.ts";

/** Idle timeouts, buckets and handshake durations end around these, in seconds. */
const STEPS = [0, 1, 2, 59, 60, 61, 119, 120, 3599, 3600, 3601, 86_400, 31_536_000];
const FRACTIONS = [0, 1, 999_999, 1_000_000, 999_999_999, 1_000_000_000, 0xffff_ffff];
const MICROSECONDS = 1_000_000n;

/** Changes the time of one packet, and by the same step those of all later ones, or of none. */
export const changeTime: StructureMutation = (bytes, layout, random) => {
  const packets = layout.parts.filter(({ packet }) => packet !== null);
  if (packets.length === 0) return bytes;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const first = random.below(packets.length);
  const step = random.pick(STEPS) * (random.percent(70) ? 1 : -1);
  for (const { start, end } of packets.slice(first, random.percent(50) ? undefined : first + 1)) {
    if (layout.format === "pcap") moveRecord(view, start, layout.isLittleEndian, step);
    else if (end - start >= 32) moveBlock(view, start, layout.isLittleEndian, step);
  }
  if (random.percent(20)) breakTime(view, packets[first].start, layout.format, layout.isLittleEndian, random);
  return copy;
};

function moveRecord(view: DataView, start: number, isLittleEndian: boolean, step: number): void {
  view.setUint32(start, view.getUint32(start, isLittleEndian) + step, isLittleEndian);
}

/** As if the interface counted microseconds; for others the step differs. */
function moveBlock(view: DataView, start: number, isLittleEndian: boolean, step: number): void {
  if (view.getUint32(start, isLittleEndian) === 3) return;
  const [high, low] = [12, 16].map((offset) => BigInt(view.getUint32(start + offset, isLittleEndian)));
  const ticks = BigInt.asUintN(64, (high << 32n) + low + BigInt(step) * MICROSECONDS);
  view.setUint32(start + 12, Number(ticks >> 32n), isLittleEndian);
  view.setUint32(start + 16, Number(ticks & 0xffff_ffffn), isLittleEndian);
}

function breakTime(
  view: DataView,
  start: number,
  format: "pcap" | "pcapng",
  isLittleEndian: boolean,
  random: SeededRandom,
): void {
  const offset = start + (format === "pcap" ? random.pick([0, 4]) : random.pick([12, 16]));
  const value = random.percent(50) ? random.pick(FRACTIONS) : interestingNumber(random);
  if (offset + 4 <= view.byteLength) view.setUint32(offset, value, isLittleEndian);
}
