/** Ranges of addresses, as written in rulesets, and sets of them. */

import { type IpPrefix, prefixMask } from "../knowledge/evidence/ip-prefix.ts";
import { type Ipv6Words, parseIpv4Text, parseIpv6Words } from "../net/address-text.ts";
import { formatIpv4, formatIpv6 } from "../net/addresses.ts";

/** Addresses of one version of IP, as numbers in network order, both ends inclusive. */
export interface AddressRange {
  readonly version: 4 | 6;
  readonly low: bigint;
  readonly high: bigint;
}

const WORD = 32n;
const WORD_MASK = 0xffffffffn;
const BITS: Readonly<Record<4 | 6, number>> = { 4: 32, 6: 128 };

/** Parses an address; null for anything else. */
export function parseAddress(text: string): { readonly version: 4 | 6; readonly value: bigint } | null {
  const ipv4 = parseIpv4Text(text);
  if (ipv4?.bytes === 4) return { version: 4, value: BigInt(ipv4.address >>> 0) };
  const words = text.includes(":") ? parseIpv6Words(text) : null;
  if (words === null) return null;
  return { version: 6, value: words.reduce((value, word) => (value << WORD) | BigInt(word >>> 0), 0n) };
}

/** Returns the range of an address and a prefix length, ignoring bits beyond the prefix; null if either is invalid. */
export function rangeOfPrefix(text: string, length: number): AddressRange | null {
  const address = parseAddress(text);
  if (address === null || !Number.isInteger(length) || length < 0 || length > BITS[address.version])
    return null;
  const { version, value } = address;
  const free = BigInt(BITS[version] - length);
  const low = (value >> free) << free;
  return { version, low, high: low + (1n << free) - 1n };
}

/** Returns the range of a prefix from the data files. */
export function rangeOfIpPrefix({ version, words, length }: IpPrefix): AddressRange {
  const count = version === 4 ? 1 : 4;
  let low = 0n;
  let free = 0n;
  for (let index = 0; index < count; index++) {
    low = (low << WORD) | BigInt(words[index] >>> 0);
    free = (free << WORD) | BigInt(~prefixMask(version, length, index) >>> 0);
  }
  return { version, low, high: low | free };
}

/** Whether one of the ranges contains an address. The ranges are sorted and do not overlap. */
export function containsAddress(ranges: readonly AddressRange[], value: bigint): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (value < ranges[middle].low) high = middle - 1;
    else if (value > ranges[middle].high) low = middle + 1;
    else return true;
  }
  return false;
}

/** Returns the same addresses, sorted, in ranges that neither overlap nor touch. */
export function joinRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const joined: { version: 4 | 6; low: bigint; high: bigint }[] = [];
  for (const range of [...ranges].sort((a, b) => (a.low < b.low ? -1 : Number(a.low > b.low)))) {
    const open = joined.at(-1);
    if (open === undefined || range.low > open.high + 1n) joined.push({ ...range });
    else if (range.high > open.high) open.high = range.high;
  }
  return joined;
}

/** Subtracts ranges from ranges; both are joined. */
export function withoutRanges(
  ranges: readonly AddressRange[],
  others: readonly AddressRange[],
): AddressRange[] {
  return ranges.flatMap((range) => {
    const left: AddressRange[] = [];
    let { low } = range;
    for (const other of others) {
      if (other.high < low || other.low > range.high) continue;
      if (other.low > low) left.push({ ...range, low, high: other.low - 1n });
      low = other.high + 1n;
    }
    if (low <= range.high) left.push({ ...range, low });
    return left;
  });
}

/** Returns the prefixes that make up the ranges, as text ("17.0.0.0/8"), at most `most` of them. */
export function prefixTexts(ranges: readonly AddressRange[], most: number): string[] {
  const texts: string[] = [];
  for (const { version, low, high } of ranges) {
    let from = low;
    while (from <= high) {
      if (texts.length >= most) return texts;
      let free = 0;
      while (free < BITS[version] && isAligned(from, free + 1) && lastOf(from, free + 1) <= high) free++;
      texts.push(`${addressText(version, from)}/${BITS[version] - free}`);
      from = lastOf(from, free) + 1n;
    }
  }
  return texts;
}

function isAligned(address: bigint, free: number): boolean {
  return (address & ((1n << BigInt(free)) - 1n)) === 0n;
}

function lastOf(address: bigint, free: number): bigint {
  return address + (1n << BigInt(free)) - 1n;
}

function addressText(version: 4 | 6, value: bigint): string {
  if (version === 4) return formatIpv4(Number(value) | 0);
  const word = (index: number) => Number((value >> (WORD * BigInt(3 - index))) & WORD_MASK) | 0;
  const words: Ipv6Words = [word(0), word(1), word(2), word(3)];
  return formatIpv6(...words);
}
