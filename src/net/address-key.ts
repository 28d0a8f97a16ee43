/**
 * IP addresses as compact keys: a 32-bit number for IPv4, a string of eight 16-bit units for IPv6, so that an address
 * of one version never equals one of the other. An IPv4-mapped or NAT64 address stays IPv6, as it is in the packets.
 *
 * A `Map` of strings resists addresses chosen to collide (the string hash is secret); a `Map` of numbers does not.
 * `addressText` makes a string of either.
 */
import { formatIpv4, formatIpv6 } from "./addresses.ts";
import { readUint16, readUint32 } from "./byte-reads.ts";

/** IPv4: 0 to 2^32 - 1. IPv6: a string of eight UTF-16 units, first hextet first. */
export type AddressKey = number | string;

const IPV6_HEXTETS = 8;

/** Returns the key of an IPv4 address given as 32 bits, signed or not. */
export function ipv4Key(word: number): number {
  return word >>> 0;
}

/** Returns the key of an IPv6 address given as four 32-bit words, signed or not, most significant first. */
export function ipv6Key(word0: number, word1: number, word2: number, word3: number): string {
  return String.fromCharCode(
    word0 >>> 16,
    word0 & 0xffff,
    word1 >>> 16,
    word1 & 0xffff,
    word2 >>> 16,
    word2 & 0xffff,
    word3 >>> 16,
    word3 & 0xffff,
  );
}

/** Reads the key of the IPv4 address in the 4 bytes at `offset`, which the caller has checked. `bytes` is borrowed. */
export function readIpv4Key(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset);
}

/** Reads the key of the IPv6 address in the 16 bytes at `offset`, which the caller has checked. `bytes` is borrowed. */
export function readIpv6Key(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(
    readUint16(bytes, offset),
    readUint16(bytes, offset + 2),
    readUint16(bytes, offset + 4),
    readUint16(bytes, offset + 6),
    readUint16(bytes, offset + 8),
    readUint16(bytes, offset + 10),
    readUint16(bytes, offset + 12),
    readUint16(bytes, offset + 14),
  );
}

/** Two UTF-16 units for IPv4, eight for IPv6: a `Map` key or part of a longer key. */
export function addressText(key: AddressKey): string {
  return typeof key === "number" ? String.fromCharCode(key >>> 16, key & 0xffff) : key;
}

/** Formats the address for people. */
export function formatAddressKey(key: AddressKey): string {
  if (typeof key === "number") return formatIpv4(key);
  const words: number[] = [];
  for (let i = 0; i < IPV6_HEXTETS; i += 2) words.push((key.charCodeAt(i) << 16) | key.charCodeAt(i + 1));
  return formatIpv6(words[0], words[1], words[2], words[3]);
}
