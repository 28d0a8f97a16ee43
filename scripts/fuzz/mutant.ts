/** Mutants of the fixtures: the same seed and number give the same bytes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";
import { SeededRandom } from "../fixtures/seeded-random.ts";
import { BYTE_MUTATIONS } from "./byte-mutations.ts";
import { layoutOf } from "./capture-layout.ts";
import { mutateStructure } from "./structure-mutations.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures");
/** Larger fixtures are cut to some of their records: a mutant is to take a millisecond. */
const LARGE = 12_000;
const RECORDS_OF_LARGE = 24;
/** Percent of mutants that are compressed: those take longest. */
const COMPRESSED_PERCENT = 4;

/** A changed capture. */
export interface Mutant {
  /** The fixture that it was made from. */
  readonly fixture: string;
  readonly bytes: Uint8Array;
  readonly isCompressed: boolean;
}

interface Original {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Makes mutants of the committed fixtures. */
export class MutantMaker {
  readonly #plain: Original[] = [];
  readonly #compressed: Original[] = [];

  constructor() {
    for (const name of readdirSync(FIXTURES).sort()) {
      if (name === "README.md" || name === "lab") continue;
      const bytes = new Uint8Array(readFileSync(join(FIXTURES, name)));
      const isCompressed = name.startsWith("gzip") || name.startsWith("zstd");
      (isCompressed ? this.#compressed : this.#plain).push({ name, bytes });
    }
  }

  make(seed: number, number: number): Mutant {
    const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
    random.uint32();
    if (random.percent(COMPRESSED_PERCENT)) return this.#compressedMutant(random);
    const { name, bytes } = random.pick(this.#plain);
    return { fixture: name, bytes: mutate(someOf(bytes, random), random), isCompressed: false };
  }

  /** The compressed bytes changed, or what they hold. */
  #compressedMutant(random: SeededRandom): Mutant {
    const { name, bytes } = random.pick(this.#compressed);
    if (random.percent(60)) return { fixture: name, bytes: mutateBytes(bytes, random), isCompressed: true };
    const plain = random.pick(this.#plain);
    const changed = mutate(someOf(plain.bytes, random), random);
    const packed = new Uint8Array(gzipSync(changed, { level: 1 }));
    if (random.percent(50)) return { fixture: plain.name, bytes: packed, isCompressed: true };
    return { fixture: plain.name, bytes: mutateBytes(packed, random), isCompressed: true };
  }
}

/** The header and some records of a large capture. */
function someOf(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  if (bytes.length <= LARGE) return bytes;
  const layout = layoutOf(bytes);
  if (layout === null) return bytes.slice(0, LARGE);
  const packets = layout.parts.filter(({ packet }) => packet !== null);
  const first = random.below(Math.max(1, packets.length - RECORDS_OF_LARGE));
  const chosen = packets.slice(first, first + RECORDS_OF_LARGE);
  const before = layout.parts.slice(0, layout.parts.indexOf(packets[0]));
  return concatBytes(...[...before, ...chosen].map(({ start, end }) => bytes.subarray(start, end)));
}

function mutate(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  let mutated = bytes;
  for (let i = random.between(1, 4); i > 0; i--) {
    if (random.percent(70)) mutated = mutateStructure(mutated, random);
    else mutated = mutateBytes(mutated, random);
  }
  return mutated;
}

function mutateBytes(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return bytes.length === 0 ? bytes : random.pick(BYTE_MUTATIONS)(bytes, random);
}
