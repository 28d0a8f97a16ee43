import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodedPacket } from "../../src/decode/decoded-packet.ts";
import { decodeByLayers, decodePacket } from "../../src/decode/packet-decoder.ts";
import { decodePlainPacket } from "../../src/decode/plain-packet.ts";
import { LinkType } from "../../src/net/link-types.ts";
import { CATALOGUE } from "./packet-catalogue.ts";

const ETHERNET = CATALOGUE.filter(({ name }) => name.startsWith("ethernet") || /^ipv[46]/.test(name)).map(
  ({ name, packet }) => ({ name, bytes: packet.build() }),
);

/** Both ways of decoding the same bytes. */
function decodeBothWays(
  bytes: Uint8Array,
  capturedLength: number,
  originalLength: number,
  fcsLength: number,
) {
  const short = new DecodedPacket();
  const layered = new DecodedPacket();
  decodePacket(LinkType.ETHERNET, bytes, 0, capturedLength, originalLength, fcsLength, short);
  decodeByLayers(LinkType.ETHERNET, bytes, 0, capturedLength, originalLength, fcsLength, layered);
  return { short, layered };
}

describe("the short way for plain packets", () => {
  it("is taken by plain packets, tagged or not, and by no other", () => {
    const taken = ETHERNET.filter(({ bytes }) => {
      const out = new DecodedPacket();
      out.capturedEnd = bytes.length;
      return decodePlainPacket(bytes, 0, bytes.length, out);
    });
    const names = taken.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "ethernet ipv4 tcp",
        "ethernet ipv4 udp",
        "ethernet ipv6 tcp",
        "ethernet ipv6 udp",
      ]),
    );
    expect(names.length).toBeLessThan(ETHERNET.length);
  });

  it("leaves the record alone when it declines", () => {
    for (const { bytes } of ETHERNET) {
      const out = new DecodedPacket();
      out.capturedEnd = bytes.length;
      const before = { ...out };
      if (!decodePlainPacket(bytes, 0, bytes.length, out)) expect({ ...out }).toEqual(before);
    }
  });

  it("gives what the layers give, cut at every length, by the snaplen and for good", () => {
    for (const { name, bytes } of ETHERNET) {
      for (let length = 0; length <= bytes.length; length++) {
        for (const originalLength of [length, bytes.length]) {
          const { short, layered } = decodeBothWays(bytes, length, originalLength, 0);
          expect({ name, length, ...short }).toEqual({ name, length, ...layered });
        }
      }
    }
  });

  it("gives what the layers give, whatever bytes are changed", () => {
    const change = fc.tuple(
      fc.nat(90),
      fc.oneof(fc.nat(255), fc.constantFrom(0, 0x45, 0x60, 0x81, 0xff, 0xbe)),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...ETHERNET),
        fc.array(change, { maxLength: 6 }),
        fc.nat(120),
        fc.nat(8),
        fc.constantFrom(0, 4),
        ({ bytes: original }, changes, cut, extra, fcsLength) => {
          const bytes = original.slice();
          for (const [offset, value] of changes) if (offset < bytes.length) bytes[offset] = value;
          const length = Math.min(bytes.length, Math.max(cut, 30));
          const { short, layered } = decodeBothWays(bytes, length, length + extra, fcsLength);
          expect({ ...short }).toEqual({ ...layered });
        },
      ),
      { numRuns: 20_000 },
    );
  });
});
