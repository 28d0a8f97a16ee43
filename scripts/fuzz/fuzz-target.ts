/** A fuzz target: samples, mutations, a check of the results, and a cost budget. */
import { isDeepStrictEqual } from "node:util";
import { SeededRandom } from "../fixtures/seeded-random.ts";
import type { InputBudget } from "./input-budget.ts";
import { BYTE_MUTATIONS } from "./mutations/byte-mutations.ts";
import type { Mutation } from "./mutations/mutation.ts";
import { TEXT_MUTATIONS } from "./mutations/text-mutations.ts";

/** One part of the program. No state may remain between inputs. */
export interface FuzzTarget {
  readonly name: string;
  /** Valid inputs, from which mutants are made. None is empty. */
  readonly samples: readonly Uint8Array[];
  readonly mutations: readonly Mutation[];
  /** Whether it reads text, which is not mutated with binary numbers. */
  readonly isText: boolean;
  /** The budget of one input. */
  readonly budget: InputBudget;
  /** Inputs per call, if a call costs much more than an input. */
  readonly batch: number;
  /** Its share of the time: 1 for most targets. */
  readonly weight: number;
  /**
   * Runs inputs (borrowed) through the part; returns the problem, or null. Throws if the part does. Depends only on the
   * inputs.
   */
  readonly examine: (inputs: readonly Uint8Array[]) => string | null | Promise<string | null>;
}

/** Optional properties of unusual targets. */
type Unlike = Partial<Pick<FuzzTarget, "mutations" | "budget" | "weight">>;

/** A reader of bytes. */
export interface ByteReader extends Unlike {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** Reads `bytes[offset..end)`, which is borrowed. Returns plain data for comparing two runs. */
  readonly run: (bytes: Uint8Array, offset: number, end: number) => unknown;
}

/** A reader of text. */
export interface TextReader extends Unlike {
  readonly name: string;
  readonly samples: readonly string[];
  readonly run: (text: string) => void;
}

/** For one input, run twice if it is bytes: several times the slowest of a hundred thousand. */
const READER_BUDGET: InputBudget = { cpuMs: 250, memoryBytes: 32 << 20 };
const COMMON = { budget: READER_BUDGET, batch: 1, weight: 1 } as const;
/** Maximum number of bytes around an input. */
const MARGIN = 96;

/** Targets of byte readers. Each input is read twice, with different surrounding bytes, and must give the same result. */
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

/** Targets of text readers. Invalid UTF-8 is replaced, as when files are read. */
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

/** A number that identifies an input, or row of numbers, with few collisions (FNV-1a). */
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
