/** Conversion of address prefixes between text ("17.0.0.0/8", "2620:149::/32") and words. */

import {
  type Ipv6Words,
  ipv4Mask,
  ipv6WordMask,
  parseIpv4Text,
  parseIpv6Words,
} from "../../net/address-text.ts";
import { formatIpv4, formatIpv6 } from "../../net/addresses.ts";

/** A prefix. For IPv4, the words after the first are 0. */
export interface IpPrefix {
  readonly version: 4 | 6;
  /** Signed, in network order. */
  readonly words: Ipv6Words;
  readonly length: number;
}

const PREFIX = /^([0-9a-f.:]+)\/(\d{1,3})$/i;
const IPV4_BITS = 32;
const IPV6_BITS = 128;

/** Parses a prefix; returns the problem, as text for an error, if it is invalid. */
export function parseIpPrefix(text: string): IpPrefix | string {
  const parts = PREFIX.exec(text);
  if (parts === null) return `"${text}" is not ADDRESS/LENGTH`;
  const length = Number(parts[2]);
  const ipv4 = parseIpv4Text(parts[1]);
  const words = ipv4?.bytes === 4 ? ([ipv4.address, 0, 0, 0] as const) : parseIpv6Words(parts[1]);
  if (words === null) return `"${parts[1]}" is not an address`;
  const version = ipv4?.bytes === 4 ? 4 : 6;
  const bits = version === 4 ? IPV4_BITS : IPV6_BITS;
  if (length < 1 || length > bits) return `the prefix length ${length} of "${text}" is outside 1 to ${bits}`;
  if (words.some((word, index) => (word & ~prefixMask(version, length, index)) !== 0)) {
    return `"${text}" has bits set beyond its ${length}`;
  }
  return { version, words, length };
}

/** The canonical text of a prefix. */
export function formatIpPrefix({ version, words, length }: IpPrefix): string {
  return `${version === 4 ? formatIpv4(words[0]) : formatIpv6(...words)}/${length}`;
}

/** The part of a prefix's mask in one of the words, signed. */
export function prefixMask(version: 4 | 6, length: number, index: number): number {
  if (version === 6) return ipv6WordMask(length, index);
  return index === 0 ? ipv4Mask(length) : -1;
}
