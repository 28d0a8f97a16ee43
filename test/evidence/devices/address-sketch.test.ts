import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AddressSketch } from "../../../src/evidence/devices/address-sketch.ts";
import { ipv4Key, ipv6Key } from "../../../src/net/address-key.ts";

describe("a sketch of addresses", () => {
  it("never denies an address that was added", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (ipv4, ipv6) => {
        const sketch = new AddressSketch();
        for (const word of ipv4) sketch.add(ipv4Key(word));
        for (const word of ipv6) sketch.add(ipv6Key(0x20010db8, 0, 0, word));
        return [...ipv4, ...ipv6].every((word) => sketch.mayHave(word));
      }),
    );
  });

  it("denies most other addresses", () => {
    const sketch = new AddressSketch();
    for (let i = 0; i < 1000; i++) sketch.add(ipv4Key(0x0a000000 + i));
    let admitted = 0;
    for (let i = 0; i < 10_000; i++) if (sketch.mayHave(0xc0000200 + i * 7)) admitted++;
    expect(admitted).toBeLessThan(200);
  });
});
