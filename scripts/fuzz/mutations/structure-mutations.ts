/** Mutations by the structure of a capture: its header, records, blocks, and packet headers. */
import * as tunnelPorts from "../../../src/net/tunnel-ports.ts";
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import type { SeededRandom } from "../../fixtures/seeded-random.ts";
import { type CaptureLayout, type CapturePart, layoutOf } from "../capture-layout.ts";
import { interestingNumber } from "./byte-mutations.ts";
import { INTERFACE_MUTATIONS } from "./interface-mutations.ts";
import type { Mutation } from "./mutation.ts";
import { changeTime } from "./time-mutations.ts";

/** A mutation of a capture with known layout (borrowed) of at least two parts. */
export type StructureMutation = (
  bytes: Uint8Array,
  layout: CaptureLayout,
  random: SeededRandom,
) => Uint8Array;

/** Link types: all supported ones, and some others. */
const LINK_TYPES = [
  0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 119, 127, 138, 147, 149, 163, 166, 192, 201, 204, 228,
  229, 239, 258, 276, 511, 512, 0xffff,
];
const BLOCK_TYPES = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 0x0bad, 0x0a0d0d0a, 0x8000_0001, 0xffff_ffff];
/** EtherTypes, IP protocols and ports that lead to other decoders. */
const HEADER_WORDS = [
  0x0800,
  0x86dd,
  0x8100,
  0x88a8,
  0x9100,
  0x8847,
  0x8848,
  0x8863,
  0x8864,
  0x0806,
  0x6558,
  0x880b,
  0x88cc,
  0x88be,
  0x22eb,
  0x0021,
  0x0057,
  0xc021,
  0x05dc,
  0x0600,
  20,
  443,
  5223,
  16_393,
  49_152,
  ...Object.values(tunnelPorts),
];
const HEADER_BYTES = [
  0, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 97, 115, 135, 0x08, 0x30, 0x00, 0x40, 0x45, 0x4f, 0x40,
  0x60, 0x6f, 0x50, 0xf0, 0x20, 0x02, 0x10, 0xaa, 0xff,
];

const reorderParts: StructureMutation = (bytes, { parts }, random) => {
  const pieces = parts.map(({ start, end }) => bytes.subarray(start, end));
  const index = random.below(pieces.length);
  const other = random.below(pieces.length);
  switch (random.below(4)) {
    case 0:
      pieces.splice(index, 1);
      break;
    case 1:
      pieces.splice(other, 0, pieces[index]);
      break;
    case 2:
      pieces.push(...pieces);
      break;
    default:
      [pieces[index], pieces[other]] = [pieces[other], pieces[index]];
  }
  return concatBytes(...pieces, bytes.subarray(parts[parts.length - 1].end));
};

/** One of the fields of a record or block header. */
const changeLength: StructureMutation = (bytes, layout, random) => {
  const { start, end } = random.pick(layout.parts);
  const changed =
    (random.percent(50) ? end - start : 0) + (interestingNumber(random) | 0) * (random.percent(50) ? 1 : -1);
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const set = (offset: number, value: number) => {
    if (offset + 4 <= copy.length) view.setUint32(offset, value >>> 0, layout.isLittleEndian);
  };
  if (layout.format === "pcap") {
    set(start + random.pick([0, 4, 8, 8, 8, 12]), changed);
    return copy;
  }
  switch (random.below(4)) {
    case 0:
      set(start + 4, changed);
      break;
    case 1:
      set(end - 4, changed);
      break;
    case 2:
      set(start + 4, changed);
      set(end - 4, changed);
      break;
    default:
      set(start + random.pick([8, 12, 16, 20, 24]), interestingNumber(random));
  }
  return copy;
};

const changeType: StructureMutation = (bytes, layout, random) => {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const { isLittleEndian } = layout;
  if (layout.format === "pcap") {
    const magics = [0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0xd4c3b2a1];
    const [offset, value] = random.pick([
      [0, random.pick(magics)],
      [20, interestingNumber(random)],
      [20, random.pick(LINK_TYPES)],
      [20, random.pick(LINK_TYPES)],
    ]);
    view.setUint32(offset, value, isLittleEndian);
    return copy;
  }
  const { start } = random.pick(layout.parts);
  const type = view.getUint32(start, isLittleEndian);
  if (type === 1 && random.percent(70)) view.setUint16(start + 8, random.pick(LINK_TYPES), isLittleEndian);
  else view.setUint32(start, random.pick(BLOCK_TYPES), isLittleEndian);
  return copy;
};

/** A byte or word of a packet's headers. */
const changeHeader: StructureMutation = (bytes, layout, random) => {
  const copy = bytes.slice();
  const packet = packetOf(layout, random);
  if (packet === null) return copy;
  const view = new DataView(copy.buffer);
  for (let i = random.between(1, 3); i > 0; i--) {
    const offset = packet.start + random.below(Math.min(packet.end - packet.start, 130));
    if (random.percent(40)) copy[offset] = random.pick(HEADER_BYTES);
    else if (random.percent(30)) copy[offset] ^= 1 << random.below(8);
    else if (offset + 2 <= copy.length) {
      view.setUint16(
        offset,
        random.percent(60) ? random.pick(HEADER_WORDS) : interestingNumber(random) & 0xffff,
      );
    }
  }
  return copy;
};

/** Truncates a packet so that its record stays valid: by the snaplen, or on the wire. */
const shortenPacket: StructureMutation = (bytes, layout, random) => {
  const part = random.pick(layout.parts);
  if (part.packet === null) return bytes;
  const { start, end } = part.packet;
  const length = random.below(end - start + 1);
  const isCut = random.percent(50);
  return layout.format === "pcap"
    ? shortenRecord(bytes, layout, part, start + length, isCut)
    : shortenBlock(bytes, layout, part, length, isCut);
};

function shortenRecord(
  bytes: Uint8Array,
  { isLittleEndian, recordHeaderLength }: CaptureLayout,
  part: CapturePart,
  packetEnd: number,
  isCut: boolean,
): Uint8Array {
  const record = bytes.slice(part.start, packetEnd);
  const view = new DataView(record.buffer);
  const length = record.length - recordHeaderLength;
  view.setUint32(8, length, isLittleEndian);
  if (!isCut) view.setUint32(12, length, isLittleEndian);
  return concatBytes(bytes.subarray(0, part.start), record, bytes.subarray(part.end));
}

/** Changes only the fields: what follows becomes options, or whatever the parser makes of it. */
function shortenBlock(
  bytes: Uint8Array,
  { isLittleEndian }: CaptureLayout,
  { start }: CapturePart,
  length: number,
  isCut: boolean,
): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (view.getUint32(start, isLittleEndian) === 3) view.setUint32(start + 8, length, isLittleEndian);
  else {
    view.setUint32(start + 20, length, isLittleEndian);
    if (!isCut) view.setUint32(start + 24, length, isLittleEndian);
  }
  return copy;
}

function packetOf({ parts }: CaptureLayout, random: SeededRandom) {
  const packets = parts.flatMap(({ packet }) =>
    packet !== null && packet.end > packet.start ? [packet] : [],
  );
  return packets.length === 0 ? null : random.pick(packets);
}

/** All structure mutations. Inputs without a recognised structure stay unchanged. */
export const STRUCTURE_MUTATIONS: readonly Mutation[] = [
  reorderParts,
  changeLength,
  changeLength,
  changeType,
  changeHeader,
  changeHeader,
  changeHeader,
  shortenPacket,
  changeTime,
  ...INTERFACE_MUTATIONS,
].map(
  (mutate): Mutation =>
    (bytes, { random }) => {
      const layout = layoutOf(bytes);
      return layout === null || layout.parts.length < 2 ? bytes : mutate(bytes, layout, random);
    },
);
