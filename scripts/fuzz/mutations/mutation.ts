/** Mutations of inputs. */
import type { SeededRandom } from "../../fixtures/seeded-random.ts";

/** Resources of a mutation beyond the input itself. */
export interface MutationSources {
  readonly random: SeededRandom;
  /** Literals of the code that reads the input, as bytes; may be empty. */
  readonly words: readonly Uint8Array[];
  /** Another input of the same target (borrowed), to take a part of. */
  readonly other: () => Uint8Array;
}

/** Changes an input, which is borrowed and not empty, into a new array, or returns it unchanged. */
export type Mutation = (bytes: Uint8Array, sources: MutationSources) => Uint8Array;

const MOST_MUTATIONS = 6;
/** Longer inputs are truncated: campaigns do not test their cost. */
const MOST_BYTES = 1 << 18;

/** Returns a mutant of `bytes`: up to six mutations, one after the other. */
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
