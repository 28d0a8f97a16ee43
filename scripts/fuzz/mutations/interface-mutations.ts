/** Mutations of the interfaces and blocks of a pcapng: more of them, other ones, and packets of other interfaces. */
import { ByteWriter, concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import type { SeededRandom } from "../../fixtures/seeded-random.ts";
import { interestingNumber } from "./byte-mutations.ts";
import type { StructureMutation } from "./structure-mutations.ts";

const INTERFACE_BLOCK = 1;
/** Statistics, names, decryption secrets, processes of a Mac, custom blocks, and undefined ones. */
const OTHER_BLOCKS = [4, 5, 10, 0x8000_0001, 0xbad, 0x4000_0bad, 0x7fff_ffff];
const LINK_TYPES = [0, 1, 12, 101, 105, 113, 127, 149, 228, 229, 258, 276, 0xffff];
/** Powers of ten and two by which a second is divided, up to unrealistic ones. */
const RESOLUTIONS = [0, 3, 6, 7, 9, 12, 18, 20, 127, 0x80, 0x89, 0x94, 0xa0, 0xbf, 0xff];
/** A real capture has few interfaces, an attacker's has many. */
const MOST_ADDED = 400;

const RESOLUTION_OPTION = 9;
const FCS_OPTION = 13;
const OFFSET_OPTION = 14;

/** Interfaces between two blocks: one, or very many. */
const addInterfaces: StructureMutation = (bytes, layout, random) => {
  if (layout.format !== "pcapng") return bytes;
  const count = random.percent(85) ? 1 : random.between(2, MOST_ADDED);
  const added = Array.from({ length: count }, () => interfaceBlock(random, layout.isLittleEndian));
  return insertAt(bytes, random.pick(layout.parts).end, concatBytes(...added));
};

/** A block without packets, of any length. */
const addBlock: StructureMutation = (bytes, layout, random) => {
  if (layout.format !== "pcapng") return bytes;
  const body = Uint8Array.from({ length: random.below(40) * 4 }, () =>
    random.percent(60) ? random.pick([0, 1, 2, 4, 8]) : random.below(256),
  );
  const block = blockOf(random.pick(OTHER_BLOCKS), body, layout.isLittleEndian);
  return insertAt(bytes, random.pick(layout.parts).end, block);
};

/** A packet of another or a nonexistent interface. */
const changeInterface: StructureMutation = (bytes, layout, random) => {
  const blocks = layout.parts.filter(({ packet }) => packet !== null);
  if (layout.format !== "pcapng" || blocks.length === 0) return bytes;
  const copy = bytes.slice();
  const { start } = random.pick(blocks);
  const value = random.percent(80) ? random.below(4) : interestingNumber(random);
  new DataView(copy.buffer).setUint32(start + 8, value, layout.isLittleEndian);
  return copy;
};

/** All interface mutations. */
export const INTERFACE_MUTATIONS: readonly StructureMutation[] = [addInterfaces, addBlock, changeInterface];

function interfaceBlock(random: SeededRandom, isLittleEndian: boolean): Uint8Array {
  const writer = new ByteWriter(isLittleEndian ? "little" : "big");
  const snaplen = random.percent(50) ? 262_144 : interestingNumber(random);
  writer.uint16(random.pick(LINK_TYPES)).uint16(0).uint32(snaplen);
  if (random.percent(60))
    writer.uint16(RESOLUTION_OPTION).uint16(1).uint8(random.pick(RESOLUTIONS)).bytes([0, 0, 0]);
  if (random.percent(20))
    writer
      .uint16(FCS_OPTION)
      .uint16(1)
      .uint8(random.pick([0, 4, 32, 255]))
      .bytes([0, 0, 0]);
  if (random.percent(20)) {
    writer
      .uint16(OFFSET_OPTION)
      .uint16(8)
      .uint32(interestingNumber(random))
      .uint32(interestingNumber(random));
  }
  return blockOf(INTERFACE_BLOCK, writer.toBytes(), isLittleEndian);
}

function blockOf(type: number, body: Uint8Array, isLittleEndian: boolean): Uint8Array {
  const length = body.length + 12;
  const writer = new ByteWriter(isLittleEndian ? "little" : "big");
  return writer.uint32(type).uint32(length).bytes(body).uint32(length).toBytes();
}

function insertAt(bytes: Uint8Array, at: number, added: Uint8Array): Uint8Array {
  return concatBytes(bytes.subarray(0, at), added, bytes.subarray(at));
}
