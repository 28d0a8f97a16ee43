/**
 * An IP address as a key and as a value to keep: 32 bits as a number for IPv4, eight 16-bit units as a string for IPv6,
 * so that an address of one version never equals one of the other. An IPv4-mapped or NAT64 address stays IPv6: it is
 * what stands in the packets.
 *
 * A `Map` of strings is safe from addresses that were chosen to collide (their hash is secret); a `Map` of numbers is
 * not. `addressText` makes a string of either.
 */
import { formatIpv4, formatIpv6 } from "./addresses.ts";
import { readUint16, readUint32 } from "./byte-reads.ts";

/** IPv4: 0 to 2^32 - 1. IPv6: a string of eight UTF-16 units, the first hextet first. */
export type AddressKey = number | string;

const IPV6_HEXTETS = 8;

/** The key of an IPv4 address given as 32 bits, signed or not. */
export function ipv4Key(word: number): number {
  return word >>> 0;
}

/** The key of an IPv6 address given as four 32-bit words, signed or not, the first ones first. */
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

/** The key of the IPv4 address in the 4 bytes at `offset`, which the caller has checked. `bytes` is borrowed. */
export function readIpv4Key(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset);
}

/** The key of the IPv6 address in the 16 bytes at `offset`, which the caller has checked. `bytes` is borrowed. */
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

/** Two UTF-16 units for IPv4, eight for IPv6: the key of a `Map`, and a part of longer keys. */
export function addressText(key: AddressKey): string {
  return typeof key === "number" ? String.fromCharCode(key >>> 16, key & 0xffff) : key;
}

/** The address as people write it. */
export function formatAddressKey(key: AddressKey): string {
  if (typeof key === "number") return formatIpv4(key);
  const words: number[] = [];
  for (let i = 0; i < IPV6_HEXTETS; i += 2) words.push((key.charCodeAt(i) << 16) | key.charCodeAt(i + 1));
  return formatIpv6(words[0], words[1], words[2], words[3]);
}
