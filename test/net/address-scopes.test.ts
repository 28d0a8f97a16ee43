import { expect, it } from "vitest";
import { type AddressKey, ipv4Key, ipv6Key } from "../../src/net/address-key.ts";
import { isPrivateAddress } from "../../src/net/address-scopes.ts";
import { parseIpv4Text, parseIpv6Words } from "../../src/net/address-text.ts";

function addressKeyOf(text: string): AddressKey {
  const words = parseIpv6Words(text);
  return words === null ? ipv4Key(parseIpv4Text(text)?.address ?? 0) : ipv6Key(...words);
}

it.each([
  "10.20.9.9",
  "172.31.0.1",
  "100.64.0.1",
  "100.127.255.254",
  "169.254.1.1",
  "127.0.0.1",
  "0.0.0.0",
  "fd00::9",
  "fe80::1",
  "::ffff:a14:909",
  "64:ff9b::a14:909",
])("%s is of a network's own", (text) => {
  expect(isPrivateAddress(addressKeyOf(text))).toBe(true);
});

it.each([
  "17.253.21.203",
  "172.32.0.1",
  "100.63.255.255",
  "100.128.0.1",
  "2620:149:a44::3",
  "64:ff9b::11fd:15cb",
])("%s is not", (text) => {
  expect(isPrivateAddress(addressKeyOf(text))).toBe(false);
});
