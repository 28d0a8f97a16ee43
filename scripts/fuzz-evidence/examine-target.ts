/** What must hold for every reader of payload and every mutant: no throw, no read past the end, no long time. */
import { isDeepStrictEqual } from "node:util";
import { SeededRandom } from "../fixtures/seeded-random.ts";
import { BYTE_MUTATIONS } from "../fuzz/byte-mutations.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

/** One mutant may take so long. */
const MAX_MS = 50;
/** A time above this is measured again: other programs may have had the processor. */
const SUSPICIOUS_MS = 1;
const ATTEMPTS = 4;
const MAX_MUTATIONS = 6;
const MARGIN = 96;

/** What came of a campaign. */
export interface Examined {
  readonly mutants: number;
  /** The longest time that a mutant took. */
  readonly longestMs: number;
  readonly problems: readonly Problem[];
}

/** A mutant that must not be. */
export interface Problem {
  readonly number: number;
  readonly problem: string;
  readonly bytes: Uint8Array;
}

/** Runs mutants `first` to `first + count - 1` of a seed through `target`; ends at the tenth problem. */
export function examineTarget(target: FuzzTarget, seed: number, first: number, count: number): Examined {
  const problems: Problem[] = [];
  let longestMs = 0;
  let number = first;
  for (; number < first + count && problems.length < 10; number++) {
    const random = new SeededRandom(Math.imul(seed, 0x9e37_79b1) ^ number);
    const bytes = makeMutant(target.samples, random);
    try {
      const { problem, ms } = examineMutant(target, bytes, random);
      longestMs = Math.max(longestMs, ms);
      if (problem !== null) problems.push({ number, problem, bytes });
    } catch (error) {
      problems.push({ number, problem: `threw ${(error as Error).stack ?? error}`, bytes });
    }
  }
  return { mutants: number - first, longestMs, problems };
}

function makeMutant(samples: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  let bytes = random.pick(samples);
  const count = random.between(1, MAX_MUTATIONS);
  for (let i = 0; i < count && bytes.length > 0; i++) bytes = random.pick(BYTE_MUTATIONS)(bytes, random);
  return bytes;
}

/** Runs a mutant twice, with other bytes around it. */
function examineMutant(
  target: FuzzTarget,
  bytes: Uint8Array,
  random: SeededRandom,
): { problem: string | null; ms: number } {
  const once = surround(bytes, random.below(MARGIN), () => 0);
  const again = surround(bytes, random.below(MARGIN), () => random.below(256));
  let ms = Number.POSITIVE_INFINITY;
  let result: unknown;
  for (let attempt = 0; attempt < ATTEMPTS && ms > SUSPICIOUS_MS; attempt++) {
    const begin = performance.now();
    result = target.run(once.bytes, once.offset, once.end);
    ms = Math.min(ms, performance.now() - begin);
  }
  if (ms > MAX_MS) return { problem: `took ${Math.round(ms)} ms`, ms };
  const isSame = isDeepStrictEqual(result, target.run(again.bytes, again.offset, again.end));
  return { problem: isSame ? null : "gives another result with other bytes around it", ms };
}

function surround(bytes: Uint8Array, offset: number, fill: () => number) {
  const buffer = Uint8Array.from({ length: offset + bytes.length + MARGIN }, fill);
  buffer.set(bytes, offset);
  return { bytes: buffer, offset, end: offset + bytes.length };
}
