/** Addresses as written in text protocols. */
import { type AddressKey, ipv4Key, ipv6Key } from "../../../net/address-key.ts";
import { parseIpv4Text, parseIpv6Words } from "../../../net/address-text.ts";
import { isIpv4Group } from "../../../net/addresses.ts";

const IPV4_BYTES = 4;

/** Parses an address; null if it is not one (a host name), and for 0.0.0.0 and ::, which mean the sender. */
export function readAddress(text: string): AddressKey | null {
  const ipv4 = parseIpv4Text(text);
  if (ipv4 !== null) return ipv4.bytes < IPV4_BYTES || ipv4.address === 0 ? null : ipv4Key(ipv4.address);
  const ipv6 = parseIpv6Words(text);
  if (ipv6 === null || ipv6.every((word) => word === 0)) return null;
  return ipv6Key(ipv6[0], ipv6[1], ipv6[2], ipv6[3]);
}

/** Whether an address is multicast. */
export function isGroupAddress(address: AddressKey): boolean {
  return typeof address === "number" ? isIpv4Group(address) : address.charCodeAt(0) >>> 8 === 0xff;
}

/** Whether an IPv4 address is private (RFC 1918, 3) and may be translated. IPv6 has no such translation. */
export function isPrivate(address: AddressKey): boolean {
  if (typeof address !== "number") return false;
  const high = address >>> 16;
  return high >>> 8 === 10 || high === 0xc0a8 || (high >= 0xac10 && high <= 0xac1f);
}
