/** What changes an input into another one. */
import type { SeededRandom } from "../../fixtures/seeded-random.ts";

/** What a mutation may draw on beyond the input itself. */
export interface MutationSources {
  readonly random: SeededRandom;
  /** Texts and numbers that stand in the code that reads the input, as bytes; may be empty. */
  readonly words: readonly Uint8Array[];
  /** Another input of the same target (borrowed), to take a part of. */
  readonly other: () => Uint8Array;
}

/** Changes an input, which is borrowed and not empty, into a new array, or returns it as it is. */
export type Mutation = (bytes: Uint8Array, sources: MutationSources) => Uint8Array;

const MOST_MUTATIONS = 6;
/** Longer ones are cut: what they cost is not what the campaign is for. */
const MOST_BYTES = 1 << 18;

/** A mutant of `bytes`: one mutation, or up to six, one after the other. */
export function mutantOf(
  bytes: Uint8Array,
  mutations: readonly Mutation[],
  sources: MutationSources,
): Uint8Array {
  const { random } = sources;
  let mutant = bytes;
  for (let i = random.percent(50) ? 1 : random.between(2, MOST_MUTATIONS); i > 0 && mutant.length > 0; i--) {
    mutant = random.pick(mutations)(mutant, sources).subarray(0, MOST_BYTES);
  }
  return mutant;
}
