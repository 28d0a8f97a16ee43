/** Numbers of addresses, compared with a Map. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AddressIndex } from "../../../src/evidence/devices/address-index.ts";
import { type AddressKey, addressText, ipv6Key } from "../../../src/net/address-key.ts";

const word = fc.constantFrom(0, 1, -1, 0x0a000001, 0x20010db8, 0x7fffffff, -0x80000000);
const address: fc.Arbitrary<AddressKey> = fc.oneof(
  word.map((ipv4) => ipv4 >>> 0),
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.tuple(word, word, word, word).map((words) => ipv6Key(...words)),
);

describe("an index of addresses", () => {
  it("numbers each address in the order of arrival", () => {
    fc.assert(
      fc.property(fc.array(address, { maxLength: 3000, size: "max" }), address, (addresses, other) => {
        const index = new AddressIndex();
        const numbers = new Map<string, number>();
        for (const one of addresses) {
          if (numbers.has(addressText(one))) continue;
          expect(index.find(one)).toBe(-1);
          numbers.set(addressText(one), index.add(one));
        }
        expect([...numbers.values()]).toEqual(Array.from(numbers, (_, i) => i));
        for (const one of [...addresses, other])
          expect(index.find(one)).toBe(numbers.get(addressText(one)) ?? -1);
      }),
      { numRuns: 30 },
    );
  });

  it("distinguishes an IPv4 address from an IPv6 address with the same first bytes", () => {
    const index = new AddressIndex();
    index.add(0x20010db8);
    expect(index.find(ipv6Key(0x20010db8, 0, 0, 0))).toBe(-1);
    expect(index.findIpv4(0x20010db8)).toBe(0);
  });
});
