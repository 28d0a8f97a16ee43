/** Mutations that are independent of the format. */
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import type { SeededRandom } from "../../fixtures/seeded-random.ts";
import type { Mutation } from "./mutation.ts";

/** Lengths and counts that cause arithmetic errors. */
const INTERESTING = [
  0, 1, 2, 3, 4, 7, 8, 11, 12, 16, 20, 27, 28, 31, 32, 40, 60, 64, 127, 128, 255, 256, 0x7fff, 0x8000, 0xfffe,
  0xffff, 0x1_0000, 262_143, 262_144, 262_145, 0x10_0000, 0x7fff_fffc, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0,
  0xffff_fffc, 0xffff_ffff,
];

/** A critical number of up to 32 bits. */
export function interestingNumber(random: SeededRandom): number {
  return random.percent(80) ? random.pick(INTERESTING) : random.uint32();
}

const flipBit: Mutation = (bytes, { random }) => {
  const copy = bytes.slice();
  for (let i = random.between(1, 4); i > 0; i--) copy[random.below(copy.length)] ^= 1 << random.below(8);
  return copy;
};

const setByte: Mutation = (bytes, { random }) => {
  const copy = bytes.slice();
  copy[random.below(copy.length)] = random.percent(50)
    ? random.pick([0, 1, 0x7f, 0x80, 0xff])
    : random.below(256);
  return copy;
};

const setNumber: Mutation = (bytes, { random }) => {
  if (bytes.length < 4) return bytes;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const offset = random.below(copy.length - 3);
  if (random.percent(50)) view.setUint16(offset, interestingNumber(random) & 0xffff, random.percent(50));
  else view.setUint32(offset, interestingNumber(random), random.percent(50));
  return copy;
};

const insert: Mutation = (bytes, { random }) => {
  const at = random.below(bytes.length + 1);
  const added = Uint8Array.from({ length: random.between(1, 40) }, () => random.below(256));
  return concatBytes(bytes.subarray(0, at), added, bytes.subarray(at));
};

const remove: Mutation = (bytes, { random }) => {
  const at = random.below(bytes.length);
  return concatBytes(bytes.subarray(0, at), bytes.subarray(at + random.between(1, 40)));
};

const repeat: Mutation = (bytes, { random }) => {
  const at = random.below(bytes.length);
  const end = Math.min(bytes.length, at + random.between(1, 120));
  return concatBytes(bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end));
};

const overwrite: Mutation = (bytes, { random }) => {
  const copy = bytes.slice();
  const at = random.below(copy.length);
  const from = random.below(copy.length);
  copy.copyWithin(at, from, from + random.between(1, 60));
  return copy;
};

const cut: Mutation = (bytes, { random }) => bytes.slice(0, random.below(bytes.length + 1));

/** A part of another input, replacing a part of this one or inserted. */
const splice: Mutation = (bytes, { random, other }) => {
  const from = other();
  const start = random.below(from.length + 1);
  const part = from.subarray(start, start + random.between(1, 400));
  const at = random.below(bytes.length + 1);
  return concatBytes(
    bytes.subarray(0, at),
    part,
    bytes.subarray(at + (random.percent(50) ? part.length : 0)),
  );
};

/** A literal of the reading code, with which inputs are compared. */
const placeWord: Mutation = (bytes, { random, words }) => {
  if (words.length === 0) return bytes;
  const word = random.pick(words);
  const at = random.below(bytes.length + 1);
  return concatBytes(
    bytes.subarray(0, at),
    word,
    bytes.subarray(at + (random.percent(70) ? word.length : 0)),
  );
};

/** All byte mutations; the most productive are listed twice. */
export const BYTE_MUTATIONS: readonly Mutation[] = [
  flipBit,
  flipBit,
  setByte,
  setNumber,
  setNumber,
  insert,
  remove,
  repeat,
  overwrite,
  cut,
  splice,
  placeWord,
  placeWord,
];
