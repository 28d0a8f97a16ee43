/** Selects few small inputs that together reach all blocks that the samples of a target do not. */

import { examineInputs } from "./examine-input.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import type { CoverageMap } from "./instrumented/coverage-map.ts";
import { ObservedCoverage } from "./instrumented/observed-coverage.ts";
import { type KeptInput, keptLength } from "./kept-corpus.ts";

/** Bytes kept for one target. */
const MOST_BYTES = 6000;
/** A longer input is only kept if it reaches more than one block. */
const LONG = 400;
/** Maximum runs for shortening one input. */
const MOST_RUNS = 150;

interface Candidate {
  readonly input: KeptInput;
  readonly blocks: readonly number[];
}

/** Returns the `inputs` worth keeping, always including those that found a fault. */
export async function minimiseCorpus(
  target: FuzzTarget,
  map: CoverageMap,
  inputs: readonly KeptInput[],
): Promise<KeptInput[]> {
  const coverage = new ObservedCoverage(map, false);
  const blocksOf = async (bytes: Uint8Array) => {
    await examineInputs(target, [bytes], () => coverage.begin());
    return coverage.blocks();
  };
  const covered = new Set<number>();
  const cover = (blocks: readonly number[]) => blocks.forEach((block) => void covered.add(block));
  for (const sample of target.samples) cover(await blocksOf(sample));
  const kept = inputs.filter(({ fault }) => fault !== null);
  for (const { bytes } of kept) cover(await blocksOf(bytes));
  let candidates: Candidate[] = [];
  for (const input of inputs) {
    if (input.fault === null) candidates.push({ input, blocks: await blocksOf(input.bytes) });
  }
  for (let left = MOST_BYTES; ; ) {
    const gains = ({ blocks }: Candidate) => blocks.filter((block) => !covered.has(block));
    // An input of twice the allowed length cannot be shortened enough.
    const mayFit = ({ input }: Candidate) => keptLength(input) <= 2 * left;
    candidates = candidates.filter((one) => mayFit(one) && gains(one).length > 0);
    const worth = (one: Candidate) => gains(one).length / (keptLength(one.input) + LONG);
    const best = candidates.toSorted((a, b) => worth(b) - worth(a))[0];
    if (best === undefined) return kept;
    const input = { ...best.input, bytes: await shorten(best.input.bytes, gains(best), blocksOf) };
    candidates = candidates.filter((one) => one !== best);
    if (keptLength(input) > left) continue;
    left -= keptLength(input);
    kept.push(input);
    cover(await blocksOf(input.bytes));
  }
}

/** Removes parts as long as all of `blocks` are still reached. */
async function shorten(
  bytes: Uint8Array,
  blocks: readonly number[],
  blocksOf: (bytes: Uint8Array) => Promise<readonly number[]>,
): Promise<Uint8Array> {
  let shortest = bytes;
  let runs = 0;
  for (let part = bytes.length >> 1; part >= 1; part >>= 1) {
    for (let end = shortest.length; end > 0 && shortest.length > part; end -= part) {
      if (runs++ === MOST_RUNS) return shortest;
      const start = Math.max(0, end - part);
      const shorter = new Uint8Array(shortest.length - (end - start));
      shorter.set(shortest.subarray(0, start));
      shorter.set(shortest.subarray(end), start);
      const reached = new Set(await blocksOf(shorter));
      if (blocks.every((block) => reached.has(block))) shortest = shorter;
    }
  }
  return shortest;
}
