/** Reads a file of `nft -j list ruleset`. */

import { readFileSync } from "node:fs";
import { InputError, reasonOf } from "../errors.ts";
import { type NftRuleset, parseNftRuleset } from "./nft-ruleset.ts";

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
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new InputError("cannot_open", `${file}: ${reasonOf(error)}`, { source: file }, error);
  }
  return parseNftRuleset(text, file);
}
