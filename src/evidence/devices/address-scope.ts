/** Scope of an address: which addresses belong to nearby devices, and which may be anybody's. */
import type { AddressKey } from "../../net/address-key.ts";
import { isIpv4Group, isIpv6Group } from "../../net/addresses.ts";

/** Unspecified or multicast; loopback; link-local; private; public. */
export const Scope = { NOBODY: 0, HOST: 1, LINK: 2, PRIVATE: 3, PUBLIC: 4 } as const;

export type Scope = (typeof Scope)[keyof typeof Scope];

const LOOPBACK_NETWORK = 127;
/** Networks as their first bits and the number of these: RFC 1918, 3; RFC 6598, 7 (behind a provider's NAT). */
const PRIVATE_NETWORKS: readonly (readonly [number, number])[] = [
  [0x0a000000, 8],
  [0xac100000, 12],
  [0xc0a80000, 16],
  [0x64400000, 10],
];
/** RFC 3927, 2.1. */
const LINK_NETWORK = 0xa9fe;
/** fe80::/10 (RFC 4291, 2.5.6) and fc00::/7 (RFC 4193, 3.1), by the first 16 bits. */
const LINK_BITS = 0xfe80;
const LINK_MASK = 0xffc0;
const UNIQUE_LOCAL_BITS = 0xfc00;
const UNIQUE_LOCAL_MASK = 0xfe00;

export function scopeOf(key: AddressKey): Scope {
  return typeof key === "number" ? scopeOfIpv4(key) : scopeOfIpv6(key);
}

function scopeOfIpv4(address: number): Scope {
  const first = address >>> 24;
  if (first === 0 || isIpv4Group(address | 0)) return Scope.NOBODY;
  if (first === LOOPBACK_NETWORK) return Scope.HOST;
  if (address >>> 16 === LINK_NETWORK) return Scope.LINK;
  for (let i = 0; i < PRIVATE_NETWORKS.length; i++) {
    if ((address ^ PRIVATE_NETWORKS[i][0]) >>> (32 - PRIVATE_NETWORKS[i][1]) === 0) return Scope.PRIVATE;
  }
  return Scope.PUBLIC;
}

function scopeOfIpv6(key: string): Scope {
  const first = key.charCodeAt(0);
  if (isIpv6Group(first << 16)) return Scope.NOBODY;
  if ((first & LINK_MASK) === LINK_BITS) return Scope.LINK;
  if ((first & UNIQUE_LOCAL_MASK) === UNIQUE_LOCAL_BITS) return Scope.PRIVATE;
  if (first !== 0 || key.slice(0, 7) !== "\0".repeat(7)) return Scope.PUBLIC;
  return key.charCodeAt(7) === 1 ? Scope.HOST : Scope.NOBODY;
}

/** The approximate network of a site in the public address space: 24 bits of IPv4, 48 of IPv6. */
export function siteOf(key: AddressKey): number | string {
  return typeof key === "number" ? key >>> 8 : key.slice(0, 3);
}
