/** What is fuzzed: samples, how they are changed, a check of what becomes of them, and what that may cost. */
import { isDeepStrictEqual } from "node:util";
import { SeededRandom } from "../fixtures/seeded-random.ts";
import type { InputBudget } from "./input-budget.ts";
import { BYTE_MUTATIONS } from "./mutations/byte-mutations.ts";
import type { Mutation } from "./mutations/mutation.ts";
import { TEXT_MUTATIONS } from "./mutations/text-mutations.ts";

/** One part of the program. Nothing may be kept from one input to the next. */
export interface FuzzTarget {
  readonly name: string;
  /** What the part takes; mutants are made of these. None is empty. */
  readonly samples: readonly Uint8Array[];
  readonly mutations: readonly Mutation[];
  /** Whether it reads texts, which are not mutated with numbers in binary. */
  readonly isText: boolean;
  /** What one input may cost. */
  readonly budget: InputBudget;
  /** Inputs that are examined in one call, where a call costs much more than an input. */
  readonly batch: number;
  /** Its share of the time: 1 for most. */
  readonly weight: number;
  /**
   * Runs inputs (borrowed) through the part: says what is wrong, or null. Throws where the part does. Depends on nothing
   * but the inputs.
   */
  readonly examine: (inputs: readonly Uint8Array[]) => string | null | Promise<string | null>;
}

/** What a target may say of itself where it is unlike most. */
type Unlike = Partial<Pick<FuzzTarget, "mutations" | "budget" | "weight">>;

/** A reader of bytes. */
export interface ByteReader extends Unlike {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** Reads `bytes[offset..end)`, which is borrowed. Returns plain data to compare two runs by. */
  readonly run: (bytes: Uint8Array, offset: number, end: number) => unknown;
}

/** A reader of text. */
export interface TextReader extends Unlike {
  readonly name: string;
  readonly samples: readonly string[];
  readonly run: (text: string) => void;
}

/** Of one input, run twice where it is bytes: several times what the slowest of a hundred thousand took. */
const READER_BUDGET: InputBudget = { cpuMs: 250, memoryBytes: 32 << 20 };
const COMMON = { budget: READER_BUDGET, batch: 1, weight: 1 } as const;
/** Bytes around an input, at most. */
const MARGIN = 96;

/** The targets of readers of bytes. Each input is read twice, with other bytes around it, to the same result. */
export function byteTargets(readers: readonly ByteReader[]): FuzzTarget[] {
  return readers.map(({ run, ...reader }) => ({
    mutations: BYTE_MUTATIONS,
    isText: false,
    ...COMMON,
    ...reader,
    examine: ([input]) => {
      const random = new SeededRandom(hashOf(input));
      const once = surround(input, random.below(MARGIN), () => 0);
      const again = surround(input, random.below(MARGIN), () => random.below(256));
      const result = run(once.bytes, once.offset, once.end);
      const other = run(again.bytes, again.offset, again.end);
      return isDeepStrictEqual(result, other) ? null : "gives another result with other bytes around it";
    },
  }));
}

/** The targets of readers of text. Bytes that are not UTF-8 are replaced, as where files are read. */
export function textTargets(readers: readonly TextReader[]): FuzzTarget[] {
  return readers.map(({ run, samples, ...reader }) => ({
    mutations: TEXT_MUTATIONS,
    isText: true,
    ...COMMON,
    ...reader,
    samples: samples.map((text) => new Uint8Array(Buffer.from(text))),
    examine: ([input]) => {
      run(Buffer.from(input.buffer, input.byteOffset, input.length).toString("utf8"));
      return null;
    },
  }));
}

/** A number that every input, or row of numbers, has of its own, more or less (FNV-1a). */
export function hashOf(numbers: Uint8Array | Uint32Array): number {
  let hash = 0x811c_9dc5;
  for (const number of numbers) hash = Math.imul(hash ^ number, 0x0100_0193);
  return hash >>> 0;
}

function surround(input: Uint8Array, offset: number, fill: () => number) {
  const bytes = Uint8Array.from({ length: offset + input.length + MARGIN }, fill);
  bytes.set(input, offset);
  return { bytes, offset, end: offset + input.length };
}
