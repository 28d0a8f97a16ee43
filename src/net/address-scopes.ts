/** Private, link-local and loopback addresses, which no service on the Internet has. */
import type { AddressKey } from "./address-key.ts";

/**
 * 10/8, 172.16/12, 192.168/16 (RFC 1918), 100.64/10 (RFC 6598), 169.254/16 (RFC 3927), 127/8 and 0/8 (RFC 1122, 3.2.1.3): value,
 * mask.
 */
const PRIVATE_IPV4: readonly (readonly [value: number, mask: number])[] = [
  [0x0a00_0000, 0xff00_0000],
  [0xac10_0000, 0xfff0_0000],
  [0xc0a8_0000, 0xffff_0000],
  [0x6440_0000, 0xffc0_0000],
  [0xa9fe_0000, 0xffff_0000],
  [0x7f00_0000, 0xff00_0000],
  [0x0000_0000, 0xff00_0000],
];

/** fc00::/7 (RFC 4193) and fe80::/10 (RFC 4291, 2.5.6): value, mask of the first 16 bits. */
const PRIVATE_IPV6: readonly (readonly [value: number, mask: number])[] = [
  [0xfc00, 0xfe00],
  [0xfe80, 0xffc0],
];

/** First six units of IPv6 addresses with an embedded IPv4 address: mapped (RFC 4291, 2.5.5.2) and NAT64 (RFC 6052, 2.1). */
const IPV4_PREFIXES: ReadonlySet<string> = new Set(["\0\0\0\0\0\uffff", "\u0064\uff9b\0\0\0\0"]);
const IPV4_AT = 6;

/** Whether an address, or the IPv4 address embedded in it, is private, shared, link-local or loopback. */
export function isPrivateAddress(address: AddressKey): boolean {
  return isPrivate(ipv4Within(address) ?? address);
}

/** An IPv4 address, as it is or embedded in a mapped or NAT64 address; null for other IPv6 addresses. */
export function ipv4Within(address: AddressKey): number | null {
  if (typeof address === "number") return address;
  if (!IPV4_PREFIXES.has(address.slice(0, IPV4_AT))) return null;
  return ((address.charCodeAt(IPV4_AT) << 16) | address.charCodeAt(IPV4_AT + 1)) >>> 0;
}

function isPrivate(address: AddressKey): boolean {
  const isIpv4 = typeof address === "number";
  const first = isIpv4 ? address : address.charCodeAt(0);
  const networks = isIpv4 ? PRIVATE_IPV4 : PRIVATE_IPV6;
  for (let i = 0; i < networks.length; i++) {
    if ((first & networks[i][1]) >>> 0 === networks[i][0]) return true;
  }
  return false;
}
