import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addressText,
  formatAddressKey,
  ipv4Key,
  ipv6Key,
  readIpv4Key,
  readIpv6Key,
} from "../../src/net/address-key.ts";
import { readInt32 } from "../../src/net/byte-reads.ts";
import { addressBytes } from "../../src/testing/builders/packet-layer.ts";

const ADDRESSES = ["0.0.0.0", "17.253.53.201", "255.255.255.255", "::", "::1", "fe80::d058:e6ff:fea9:f349"];

function keyOf(text: string) {
  const bytes = addressBytes(text);
  return bytes.length === 4 ? readIpv4Key(bytes, 0) : readIpv6Key(bytes, 0);
}

describe("an address as a key", () => {
  it.each([...ADDRESSES, "64:ff9b::11fd:35c9"])("round-trips %s through text", (text) => {
    expect(formatAddressKey(keyOf(text))).toBe(text);
  });

  it("differs between IPv4 and an IPv6 address that contains it", () => {
    expect(keyOf("::ffff:11fd:35c9")).not.toBe(keyOf("17.253.53.201"));
    expect(formatAddressKey(keyOf("::ffff:11fd:35c9"))).toBe("::ffff:17.253.53.201");
  });

  it("is the same from signed or unsigned words, and from bytes", () => {
    expect(ipv4Key(-1)).toBe(0xffffffff);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const words = [0, 4, 8, 12].map((offset) => readInt32(bytes, offset));
        expect(ipv6Key(words[0], words[1], words[2], words[3])).toBe(readIpv6Key(bytes, 0));
        const [w0, w1, w2, w3] = words.map((word) => word >>> 0);
        expect(ipv6Key(w0, w1, w2, w3)).toBe(readIpv6Key(bytes, 0));
        expect(ipv4Key(words[0])).toBe(readIpv4Key(bytes, 0));
      }),
    );
  });

  it("has a unique text", () => {
    const texts = ADDRESSES.map((text) => addressText(keyOf(text)));
    expect(new Set(texts).size).toBe(ADDRESSES.length);
    expect(texts.map((text) => text.length)).toEqual([2, 2, 2, 8, 8, 8]);
  });
});
