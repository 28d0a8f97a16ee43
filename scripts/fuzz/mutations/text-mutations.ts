/** Mutations of text: lines, words, numbers, nesting. Byte mutations apply too. */
import { concatBytes } from "../../../src/testing/builders/byte-writer.ts";
import type { SeededRandom } from "../../fixtures/seeded-random.ts";
import { BYTE_MUTATIONS } from "./byte-mutations.ts";
import type { Mutation } from "./mutation.ts";

/** Separators of lines, cells, words, and list entries. */
const SEPARATORS = ["\n", "\t", " ", ",", " | ", '"', "}"];
const NUMBERS = [
  "0",
  "-1",
  "1",
  "00",
  "65535",
  "65536",
  "2147483648",
  "4294967295",
  "9007199254740993",
  "1e999",
  "0x10",
  "1.5",
  "0.0.0.0/0",
  "17.0.0.0/33",
  "::/0",
  "::ffff:1.2.3.4",
  "255.255.255.256",
  "fe80::1%eth0",
  "NaN",
  "null",
  "{}",
  "[]",
];
const PAIRS = [
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
  ['{"a":', "}"],
  ["not ", ""],
  ['"', '"'],
] as const;
const MOST_TIMES = 6000;
/** Deeper than any reader descends. */
const DEEPEST = 2000;

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
const fromLatin = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** Removes, doubles or swaps a part between separators. */
const rearrange: Mutation = (bytes, { random }) => {
  const separator = random.pick(SEPARATORS);
  const parts = textOf(bytes).split(separator);
  const [one, other] = [random.below(parts.length), random.below(parts.length)];
  switch (random.below(4)) {
    case 0:
      parts.splice(one, 1);
      break;
    case 1:
      parts.splice(other, 0, parts[one]);
      break;
    case 2:
      parts[one] = parts[other];
      break;
    default:
      [parts[one], parts[other]] = [parts[other], parts[one]];
  }
  return fromLatin(parts.join(separator));
};

/** One number in place of another. */
const changeNumber: Mutation = (bytes, { random }) => {
  const text = textOf(bytes);
  const found = [...text.matchAll(/\d+/g)];
  if (found.length === 0) return bytes;
  const { index, 0: digits } = random.pick(found);
  const number = random.percent(70) ? random.pick(NUMBERS) : String(Number(digits) + random.between(-2, 2));
  return fromLatin(text.slice(0, index) + number + text.slice(index + digits.length));
};

/** A literal of the reading code in place of a word. */
const changeWord: Mutation = (bytes, { random, words }) => {
  const text = textOf(bytes);
  const found = [...text.matchAll(/[\w-]+/g)];
  if (found.length === 0 || words.length === 0) return bytes;
  const { index, 0: word } = random.pick(found);
  return fromLatin(text.slice(0, index) + textOf(random.pick(words)) + text.slice(index + word.length));
};

/** Many brackets around a part. */
const nest: Mutation = (bytes, { random }) => {
  const [open, close] = random.pick(PAIRS);
  const depth = random.percent(80) ? random.between(1, 3) : random.between(1, DEEPEST);
  const at = random.below(bytes.length + 1);
  const end = random.between(at, bytes.length);
  return concatBytes(
    bytes.subarray(0, at),
    bytesOf(open.repeat(depth)),
    bytes.subarray(at, end),
    bytesOf(close.repeat(depth)),
    bytes.subarray(end),
  );
};

/** A part of the text repeated many times: long words, long lists, many empty lines. Exposes quadratic time. */
const multiply: Mutation = (bytes, { random }) => {
  const at = random.below(bytes.length);
  const part = bytes.subarray(at, at + random.pick([1, 1, 2, 4, 8, 12]));
  const times = random.percent(80) ? random.between(2, 9) : random.between(2, MOST_TIMES);
  return concatBytes(bytes.subarray(0, at), ...new Array<Uint8Array>(times).fill(part), bytes.subarray(at));
};

/** Characters that are often split wrongly. */
const placeLetters: Mutation = (bytes, { random }) => {
  const at = random.below(bytes.length + 1);
  return concatBytes(bytes.subarray(0, at), bytesOf(strangeLetters(random)), bytes.subarray(at));
};

function strangeLetters(random: SeededRandom): string {
  return random.pick([
    "\0",
    "\r\n",
    "\ufeff",
    "\u2028",
    "\ufffd",
    "é",
    "𝒳",
    "\x1b[31m",
    "\\",
    "__proto__",
    "constructor",
    "%s",
    "—",
  ]);
}

/** All text mutations; the most productive are listed twice. */
export const TEXT_MUTATIONS: readonly Mutation[] = [
  rearrange,
  rearrange,
  changeNumber,
  changeNumber,
  changeWord,
  changeWord,
  nest,
  multiply,
  placeLetters,
  ...BYTE_MUTATIONS.filter((_, index) => index % 2 === 0),
];
