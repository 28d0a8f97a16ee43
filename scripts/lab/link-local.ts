/** The link-local IPv6 address derived from a hardware address (RFC 4291, appendix A). */

/** `mac` as 02:00:00:77:00:01 gives fe80::ff:fe77:1. */
export function linkLocalOf(mac: string): string {
  const bytes = mac.split(":").map((byte) => Number.parseInt(byte, 16));
  const identifier = [bytes[0] ^ 2, bytes[1], bytes[2], 0xff, 0xfe, bytes[3], bytes[4], bytes[5]];
  const groups = [0, 2, 4, 6].map((at) => ((identifier[at] << 8) | identifier[at + 1]).toString(16));
  while (groups[0] === "0") groups.shift();
  return `fe80::${groups.join(":")}`;
}
