/** Networks of filters: addresses with the bits beyond their masks cleared. Cold: runs once per expression. */
import { ipv6WordMask } from "../net/address-text.ts";
import type { Ipv4Network, Ipv6Network } from "./filter-ast.ts";

/** Returns the address with the bits beyond its mask cleared. */
export function maskIpv4({ address, mask }: Ipv4Network): number {
  return address & mask;
}

/** Returns the words with the bits beyond the prefix cleared. */
export function maskIpv6({ words, prefixLength }: Ipv6Network): Ipv6Network["words"] {
  const word = (index: number): number => words[index] & ipv6WordMask(prefixLength, index);
  return [word(0), word(1), word(2), word(3)];
}
