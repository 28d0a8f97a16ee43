/** Addresses in the JSON of nftables: single ones, prefixes, ranges and sets of them. */

import { type AddressRange, joinRanges, parseAddress, rangeOfPrefix } from "./address-ranges.ts";
import { isJsonObject, type JsonObject, type NftRuleset } from "./nft-ruleset.ts";

/** Prefixes and ranges, parsed once: every packet of an audit is compared with every one. */
const readLiterals = new WeakMap<object, AddressRange | null>();
/** Sets by their elements, parsed once. */
const readSets = new WeakMap<readonly unknown[], readonly AddressRange[] | null>();

/** Returns the range an expression stands for, or null if it is not a range. */
export function addressRange(value: unknown): AddressRange | null {
  if (typeof value === "string") {
    const address = parseAddress(value);
    return address === null ? null : { version: address.version, low: address.value, high: address.value };
  }
  if (!isJsonObject(value)) return null;
  let known = readLiterals.get(value);
  if (known === undefined) {
    known = rangeOfLiteral(value);
    readLiterals.set(value, known);
  }
  return known;
}

function rangeOfLiteral(value: JsonObject): AddressRange | null {
  if (isJsonObject(value.elem)) return addressRange(value.elem.val);
  if (isJsonObject(value.prefix)) {
    const { addr, len } = value.prefix;
    return typeof addr === "string" && typeof len === "number" ? rangeOfPrefix(addr, len) : null;
  }
  if (Array.isArray(value.range) && value.range.length === 2) {
    const [first, last] = value.range.map(addressRange);
    if (first === null || last === null || first.version !== last.version || first.low > last.high)
      return null;
    return { ...first, high: last.high };
  }
  return null;
}

/** Returns the joined addresses of a set's elements; null if an element is not an address. Parsed once per set. */
export function addressesOf(elements: readonly unknown[]): readonly AddressRange[] | null {
  let known = readSets.get(elements);
  if (known === undefined) {
    const ranges = elements.map(addressRange);
    const found = ranges.filter((range) => range !== null);
    known = found.length === ranges.length && found.length > 0 ? joinRanges(found) : null;
    readSets.set(elements, known);
  }
  return known;
}

/**
 * Returns the addresses of each literal and set in a ruleset. Between their bounds no rule distinguishes one address
 * from another.
 */
export function matchedAddresses(ruleset: NftRuleset): AddressRange[][] {
  const matched: AddressRange[][] = [];
  const seen = new Set<string>();
  const add = (ranges: readonly AddressRange[]) => {
    const key = ranges.map(({ version, low, high }) => `${version}:${low}-${high}`).join();
    if (seen.has(key)) return;
    seen.add(key);
    matched.push([...ranges]);
  };
  const visit = (value: unknown): void => {
    const range = addressRange(value);
    if (range !== null) {
      add([range]);
    } else if (Array.isArray(value)) {
      const ranges = addressesOf(value);
      if (ranges === null) value.forEach(visit);
      else add(ranges);
    } else if (isJsonObject(value)) {
      const masked = maskedRange(value);
      if (masked !== null) add([masked]);
      Object.values(value).forEach(visit);
    }
  };
  for (const { rules } of ruleset.chains) for (const { statements } of rules) visit(statements);
  for (const { elements } of ruleset.sets) visit(elements);
  return matched;
}

/** Parses `ip daddr & 255.0.0.0 == 17.0.0.0`. */
function maskedRange({
  left,
  right,
}: {
  readonly left?: unknown;
  readonly right?: unknown;
}): AddressRange | null {
  if (!isJsonObject(left) || !Array.isArray(left["&"]) || typeof right !== "string") return null;
  const mask = addressRange(left["&"][1]);
  const value = addressRange(right);
  if (mask === null || value === null || mask.version !== value.version) return null;
  const all = (1n << (mask.version === 4 ? 32n : 128n)) - 1n;
  return { version: mask.version, low: value.low & mask.low, high: value.low | (all ^ mask.low) };
}
