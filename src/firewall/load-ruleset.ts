/** Loads files of rulesets: `nft -j list ruleset`, `iptables-save` and `ip6tables-save`. */

import { InputError } from "../errors.ts";
import { readTextFile } from "../text-file.ts";
import { isIptablesText, parseIptablesRuleset } from "./iptables-ruleset.ts";
import { keyOf, makeRuleset, type NftRuleset, type NftSet, parseNftRuleset } from "./nft-ruleset.ts";

/** Enough for sets of a hundred thousand addresses, which take some MiB. */
const MOST_BYTES = 64 << 20;

/**
 * Loads a ruleset from files that `nft -j list ruleset`, `iptables-save` or `ip6tables-save` wrote. Given both kinds,
 * tables from iptables replace those of the same name in nft's JSON, which omits the conditions of iptables extensions.
 *
 * @throws InputError `cannot_open` for an unreadable file, `bad_ruleset` for anything else than a ruleset
 *
 * @example
 * ```ts
 * import { loadRuleset } from "appleflow/firewall";
 *
 * console.log(loadRuleset(["ruleset.json"]).chains.map(({ name }) => name));
 * ```
 */
export function loadRuleset(files: readonly string[]): NftRuleset {
  return files.map(loadFile).reduce(mergeRulesets);
}

function loadFile(file: string): NftRuleset {
  return parseRuleset(readTextFile(file, file, MOST_BYTES), file);
}

/**
 * Parses a ruleset in either form.
 *
 * @param source name of the file, for error messages
 * @throws InputError `bad_ruleset`
 *
 * @example
 * ```ts
 * import { parseRuleset } from "appleflow/firewall";
 *
 * const text = "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n";
 * console.log(parseRuleset(text, "iptables-save").chains.map(({ name, policy }) => [name, policy]));
 * ```
 */
export function parseRuleset(text: string, source: string): NftRuleset {
  if (isIptablesText(text)) return parseIptablesRuleset(text, source);
  if (
    /^[ \t]*table (?:ip|ip6|inet|arp|bridge|netdev) \S+ \{/m.test(text) &&
    !text.trimStart().startsWith("{")
  ) {
    throw new InputError(
      "bad_ruleset",
      `${source}: the text of nft list ruleset; use its JSON, nft -j list ruleset, or the text of iptables-save`,
      { source },
    );
  }
  return parseNftRuleset(text, source);
}

function mergeRulesets(a: NftRuleset, b: NftRuleset): NftRuleset {
  const [json, text] = a.chains.some(isOfText) ? [b, a] : [a, b];
  const tableOf = ({ family, table }: { readonly family: string; readonly table: string }) =>
    keyOf(family, table);
  const replaced = new Set(text.chains.map(tableOf));
  const chains = [...json.chains.filter((chain) => !replaced.has(tableOf(chain))), ...text.chains];
  const sets = new Map<string, NftSet>([...json.namedSets, ...text.namedSets]);
  const versions = ([4, 6] as const).filter(
    (version) => a.versions.includes(version) || b.versions.includes(version),
  );
  return makeRuleset(chains, sets, versions, [...a.notes, ...b.notes]);
}

function isOfText({ rules }: NftRuleset["chains"][number]): boolean {
  return rules.some(({ text }) => text !== undefined);
}
