import { isIPv6 } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ipv4Mask, ipv6WordMask, parseIpv4Text, parseIpv6Words } from "../../src/net/address-text.ts";
import { propertyRuns } from "../support/property-runs.ts";

test("IPv4 addresses and prefixes are parsed", () => {
  expect(parseIpv4Text("192.0.2.1")).toEqual({ address: 0xc0000201 | 0, bytes: 4 });
  expect(parseIpv4Text("255.255.255.255")).toEqual({ address: -1, bytes: 4 });
  expect(parseIpv4Text("192.168")).toEqual({ address: 0xc0a80000 | 0, bytes: 2 });
  expect(parseIpv4Text("10")).toEqual({ address: 0x0a000000, bytes: 1 });
  for (const text of ["", "256", "1.2.3.4.5", "1..2", "1.2.3.", ".1", "01.2.3.4", "1.2.3.x", "1e1", "-1"]) {
    expect(parseIpv4Text(text), text).toBeNull();
  }
});

test("IPv6 addresses are parsed in all spellings", () => {
  expect(parseIpv6Words("::")).toEqual([0, 0, 0, 0]);
  expect(parseIpv6Words("::1")).toEqual([0, 0, 0, 1]);
  expect(parseIpv6Words("fe80::")).toEqual([0xfe800000 | 0, 0, 0, 0]);
  expect(parseIpv6Words("2001:db8:1:2:3:4:5:ffff")).toEqual([0x20010db8, 0x00010002, 0x00030004, 0x0005ffff]);
  expect(parseIpv6Words("::ffff:192.0.2.255")).toEqual([0, 0, 0xffff, 0xc00002ff | 0]);
  expect(parseIpv6Words("64:ff9b::192.0.2.1")).toEqual([0x0064ff9b, 0, 0, 0xc0000201 | 0]);
  for (const text of [
    "",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "12345::",
    "fe80::1%en0",
    "::1.2.3",
    "g::",
  ]) {
    expect(parseIpv6Words(text), text).toBeNull();
  }
});

test("IPv6 addresses are parsed as by Node", () => {
  const piece = fc.oneof(
    fc.constantFrom(":", "::", ":", "::", "0", "ffff", "12345", "g", ".", "%", ""),
    fc.constantFrom("192.0.2.1", "1.2.3", "256.0.0.1", "01.2.3.4"),
    fc.stringMatching(/^[0-9a-fA-F]{1,4}$/),
  );
  const anyText = fc.oneof(
    fc.array(piece, { maxLength: 17 }).map((pieces) => pieces.join("")),
    fc
      .tuple(fc.ipV6(), piece, fc.nat(45))
      .map(([text, piece, at]) => text.slice(0, at) + piece + text.slice(at)),
    fc.ipV6(),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      expect(parseIpv6Words(text) !== null, text).toBe(isIPv6(text) && !text.includes("%"));
    }),
    { numRuns: propertyRuns(3000) },
  );
});

test("network masks of every length are formatted and parsed", () => {
  expect([0, 1, 8, 31, 32].map(ipv4Mask)).toEqual([0, -0x80000000, -0x1000000, -2, -1]);
  const words = (length: number) => [0, 1, 2, 3].map((index) => ipv6WordMask(length, index));
  expect(words(0)).toEqual([0, 0, 0, 0]);
  expect(words(10)).toEqual([0xffc00000 | 0, 0, 0, 0]);
  expect(words(64)).toEqual([-1, -1, 0, 0]);
  expect(words(127)).toEqual([-1, -1, -1, -2]);
  expect(words(128)).toEqual([-1, -1, -1, -1]);
});
