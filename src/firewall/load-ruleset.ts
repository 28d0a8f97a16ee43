/** Reads a file of `nft -j list ruleset`. */

import { readTextFile } from "../text-file.ts";
import { type NftRuleset, parseNftRuleset } from "./nft-ruleset.ts";

/** Sets of a hundred thousand addresses have some. */
const MOST_BYTES = 64 << 20;

/**
 * The ruleset in a file that `nft -j list ruleset` wrote.
 *
 * @throws InputError `cannot_open` for a file that cannot be read, `bad_ruleset` for one that is something else
 *
 * @example
 * ```ts
 * import { loadNftRuleset } from "appleflow/firewall";
 *
 * console.log(loadNftRuleset("ruleset.json").chains.map(({ name }) => name));
 * ```
 */
export function loadNftRuleset(file: string): NftRuleset {
  return parseNftRuleset(readTextFile(file, file, MOST_BYTES), file);
}
