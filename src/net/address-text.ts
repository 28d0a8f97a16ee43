/** Parses textual IP addresses into words. Cold: runs once per expression or line of data. */

const IPV4_BYTES = 4;
const IPV4_BITS = 32;
const IPV6_GROUPS = 8;
const WORD_BITS = 32;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
const BYTE = /^(?:0|[1-9]\d{0,2})$/;

/** The four words of an IPv6 address, most significant first, signed. */
export type Ipv6Words = readonly [number, number, number, number];

/** A parsed IPv4 address or leading part of one: `10`, `192.168`, `192.0.2.1`. */
export interface Ipv4Text {
  /** As a signed 32-bit number; missing bytes are 0. */
  readonly address: number;
  /** How many of the four bytes were written. */
  readonly bytes: number;
}

/**
 * Returns null unless `text` is the start of a dotted quad. Leading zeros are rejected: some parsers read them as
 * octal.
 */
export function parseIpv4Text(text: string): Ipv4Text | null {
  const parts = text.split(".");
  if (parts.length > IPV4_BYTES) return null;
  let address = 0;
  for (const part of parts) {
    const byte = Number(part);
    if (!BYTE.test(part) || byte > 0xff) return null;
    address = (address << 8) | byte;
  }
  const missingBits = (IPV4_BYTES - parts.length) * 8;
  return { address: missingBits === 0 ? address : address << missingBits, bytes: parts.length };
}

/**
 * Returns the four words of an IPv6 address in any of its spellings (RFC 4291, section 2.2), signed; null for anything
 * else.
 */
export function parseIpv6Words(text: string): Ipv6Words | null {
  const gap = text.indexOf("::");
  const left = parseGroups(gap < 0 ? text : text.slice(0, gap), gap < 0);
  const right = gap < 0 ? [] : parseGroups(text.slice(gap + 2), true);
  if (left === null || right === null) return null;
  const missing = IPV6_GROUPS - left.length - right.length;
  // "::" stands for at least one group.
  if (gap < 0 ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...new Array<number>(missing).fill(0), ...right];
  const word = (index: number): number => (groups[2 * index] << 16) | groups[2 * index + 1];
  return [word(0), word(1), word(2), word(3)];
}

/** Returns the IPv4 mask of `length` bits, signed. */
export function ipv4Mask(length: number): number {
  return length === 0 ? 0 : -1 << (IPV4_BITS - length);
}

/** Returns word `index` (of four) of an IPv6 mask of `prefixLength` bits, signed. */
export function ipv6WordMask(prefixLength: number, index: number): number {
  return ipv4Mask(Math.min(Math.max(prefixLength - index * WORD_BITS, 0), WORD_BITS));
}

/** Parses groups of 16 bits; the last two of an address may be written as an IPv4 address. */
function parseGroups(text: string, isEnd: boolean): number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    const ipv4 = isEnd && index === parts.length - 1 ? parseIpv4Text(part) : null;
    if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else if (ipv4?.bytes === IPV4_BYTES) groups.push(ipv4.address >>> 16, ipv4.address & 0xffff);
    else return null;
  }
  return groups;
}
