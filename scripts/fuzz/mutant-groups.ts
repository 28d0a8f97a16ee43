/** Mutants are examined in groups, as the files of one call: an analysis for each would take most of the time. */
import { examineMutants } from "./examine.ts";
import type { MutantMaker } from "./mutant.ts";

/** Mutants of a group. */
export const GROUP_LENGTH = 8;

/** What failed, and how: one mutant, or a group whose mutants do not fail alone. */
export interface Failure {
  readonly what: "mutant" | "group";
  readonly number: number;
  readonly problem: string;
}

/** Numbers of the mutants of a group. */
export function mutantsOf(group: number): number[] {
  return Array.from({ length: GROUP_LENGTH }, (_, i) => group * GROUP_LENGTH + i);
}

/** Examines a group, and if it fails each of its mutants alone. Never throws. */
export async function examineGroup(maker: MutantMaker, seed: number, group: number): Promise<Failure | null> {
  const problem = await examineNumbers(maker, seed, mutantsOf(group));
  if (problem === null) return null;
  for (const number of mutantsOf(group)) {
    const alone = await examineNumbers(maker, seed, [number]);
    if (alone !== null) return { what: "mutant", number, problem: alone };
  }
  return { what: "group", number: group, problem };
}

/** Examines mutants in one analysis: says what is wrong, or null. Never throws. */
export async function examineNumbers(
  maker: MutantMaker,
  seed: number,
  numbers: readonly number[],
): Promise<string | null> {
  const mutants = numbers.map((number) => maker.make(seed, number));
  try {
    return await examineMutants(mutants, Math.floor(numbers[0] / GROUP_LENGTH));
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
