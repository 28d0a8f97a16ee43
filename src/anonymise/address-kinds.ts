/**
 * The leading part of an address that identifies its kind and is preserved: private stays private, multicast stays
 * multicast, public stays public (IANA's registries of special-purpose addresses, RFC 6890, and of multicast addresses,
 * RFC 5771 and RFC 4291).
 */
import { parseIpv4Text, parseIpv6Words } from "../net/address-text.ts";

/** Addresses with a common prefix. */
interface Kind {
  readonly bytes: Uint8Array;
  readonly prefixLength: number;
  /** Not specific to anybody, so nothing needs hiding: loopback, a well-known group. */
  readonly isPreserved: boolean;
}

const IPV4_KINDS: readonly Kind[] = [
  ...kinds(true, ["0.0.0.0/8", "127.0.0.0/8", "255.255.255.255/32"]),
  ...kinds(false, ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"]),
  // Well-known groups, and those of SSDP and SLP. The rest of 239.0.0.0/8 is site-specific.
  ...kinds(true, ["224.0.0.0/24", "224.0.1.0/24", "239.255.255.250/32", "239.255.255.253/32"]),
  ...kinds(false, ["224.0.0.0/4", "240.0.0.0/4"]),
];

const IPV6_KINDS: readonly Kind[] = [
  ...kinds(true, ["::/128", "::1/128"]),
  ...kinds(false, ["2000::/3", "fc00::/7", "fd00::/8", "fe80::/64", "fe80::/10"]),
  // Well-known groups by scope. A solicited-node group contains the end of an address.
  ...kinds(true, ["ff01::/112", "ff02::/112", "ff05::/112", "ff08::/112", "ff0e::/112"]),
  ...kinds(false, ["ff02::1:ff00:0/104", "ff01::/16", "ff02::/16", "ff05::/16", "ff08::/16", "ff0e::/16"]),
  ...kinds(false, ["ff00::/8"]),
];

/** IPv6 networks whose last 4 bytes are an IPv4 address: mapped (RFC 4291, 2.5.5.2) and NAT64 (RFC 6052). */
const IPV4_WITHIN_IPV6: readonly Kind[] = kinds(false, ["::ffff:0:0/96", "64:ff9b::/96"]);

/**
 * Returns the number of leading bits of an address to preserve: those that identify its kind, or all bits of a kept
 * address. Addresses next to a kind preserve more than they need: 192.169.0.0/16 keeps 16 bits, since 192.168.0.0/16
 * must stay separate.
 *
 * @param address 4 or 16 bytes, borrowed for the call
 */
export function preservedBits(address: Uint8Array): number {
  const all = address.length === 4 ? IPV4_KINDS : [...IPV6_KINDS, ...IPV4_WITHIN_IPV6];
  return all.reduce((most, { bytes, prefixLength, isPreserved }) => {
    const shared = sharedBits(address, bytes);
    if (isPreserved && shared >= prefixLength) return address.length * 8;
    return Math.max(most, Math.min(shared + 1, prefixLength));
  }, 0);
}

/** Whether the last 4 of these 16 bytes are an IPv4 address. */
export function endsInIpv4(address: Uint8Array): boolean {
  return IPV4_WITHIN_IPV6.some(({ bytes, prefixLength }) => sharedBits(address, bytes) >= prefixLength);
}

/** Parses a textual address to its 4 or 16 bytes, owned by the caller; null for any other text. */
export function addressBytes(text: string): Uint8Array | null {
  const ipv4 = parseIpv4Text(text);
  if (ipv4?.bytes === 4) return bytesOf([ipv4.address]);
  const ipv6 = parseIpv6Words(text);
  return ipv6 === null ? null : bytesOf(ipv6);
}

function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word >>> 0);
  return bytes;
}

function sharedBits(a: Uint8Array, b: Uint8Array): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index++;
  return index === a.length ? index * 8 : index * 8 + Math.clz32(a[index] ^ b[index]) - 24;
}

function kinds(isPreserved: boolean, prefixes: readonly string[]): Kind[] {
  return prefixes.map((prefix) => {
    const [address, length] = prefix.split("/");
    const bytes = addressBytes(address);
    if (bytes === null) throw new Error(`"${address}" is not an address`);
    return { bytes, prefixLength: Number(length), isPreserved };
  });
}
