import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIpv4, formatIpv6, isIpv4Group, isIpv6Group } from "../../src/net/addresses.ts";
import { addressBytes } from "../../src/testing/builders/packet-layer.ts";

function wordsOf(hextets: readonly number[]): [number, number, number, number] {
  const word = (i: number) => (hextets[i] << 16) | hextets[i + 1];
  return [word(0), word(2), word(4), word(6)];
}

const ofHextets = (...hextets: readonly number[]) => formatIpv6(...wordsOf(hextets));

describe("IPv6 as text (RFC 5952)", () => {
  it.each([
    // 4.1: no leading zeros. 4.3: lower case.
    ["2001:db8:aaaa:bbbb:cccc:dddd:eeee:1", [0x2001, 0xdb8, 0xaaaa, 0xbbbb, 0xcccc, 0xdddd, 0xeeee, 1]],
    // 4.2.1: as short as possible.
    ["2001:db8::2:1", [0x2001, 0xdb8, 0, 0, 0, 0, 2, 1]],
    // 4.2.2: one group of zeros is not shortened.
    ["2001:db8:0:1:1:1:1:1", [0x2001, 0xdb8, 0, 1, 1, 1, 1, 1]],
    // 4.2.3: the longest run, the first of two equally long ones.
    ["2001:0:0:1::1", [0x2001, 0, 0, 1, 0, 0, 0, 1]],
    ["2001:db8::1:0:0:1", [0x2001, 0xdb8, 0, 0, 1, 0, 0, 1]],
    ["::", [0, 0, 0, 0, 0, 0, 0, 0]],
    ["::1", [0, 0, 0, 0, 0, 0, 0, 1]],
    ["1::", [1, 0, 0, 0, 0, 0, 0, 0]],
    ["0:1::", [0, 1, 0, 0, 0, 0, 0, 0]],
    ["::102:304", [0, 0, 0, 0, 0, 0, 0x102, 0x304]],
    ["fe80::ffff:ffff:ffff:ffff", [0xfe80, 0, 0, 0, 0xffff, 0xffff, 0xffff, 0xffff]],
    // 5: IPv4-mapped addresses in mixed notation.
    ["::ffff:192.0.2.1", [0, 0, 0, 0, 0, 0xffff, 0xc000, 0x201]],
    ["::ffff:0:c000:201", [0, 0, 0, 0, 0xffff, 0, 0xc000, 0x201]],
  ])("%s", (wanted, hextets) => {
    expect(ofHextets(...hextets)).toBe(wanted);
  });

  it("is parsed back to the same address", () => {
    const hextet = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(hextet, { minLength: 8, maxLength: 8 }), (hextets) => {
        const text = ofHextets(...hextets);
        expect(isIP(text)).toBe(6);
        fc.pre(!text.includes("."));
        const bytes = hextets.flatMap((value) => [value >> 8, value & 0xff]);
        expect([...addressBytes(text)]).toEqual(bytes);
      }),
    );
  });
});

describe("IPv4 as text", () => {
  it.each([
    ["0.0.0.0", 0],
    ["10.0.0.1", 0x0a000001],
    ["255.255.255.255", -1],
    ["192.0.2.1", 0xc0000201 | 0],
    ["192.0.2.1", 0xc0000201],
  ])("%s", (wanted, address) => {
    expect(formatIpv4(address)).toBe(wanted);
  });
});

describe("a multicast group", () => {
  it.each([
    ["223.255.255.255", false],
    ["224.0.0.0", true],
    ["239.255.255.255", true],
    ["240.0.0.0", false],
    ["255.255.255.254", false],
    ["255.255.255.255", true],
    ["0.0.0.0", false],
  ])("of IPv4 includes %s: %s", (text, wanted) => {
    const [a, b, c, d] = text.split(".").map(Number);
    expect(isIpv4Group((a << 24) | (b << 16) | (c << 8) | d)).toBe(wanted);
  });

  it("of IPv6 begins with ff", () => {
    expect([0xff020000 | 0, 0xff000000 | 0, 0xfe800000 | 0, 0].map(isIpv6Group)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
