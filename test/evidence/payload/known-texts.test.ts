import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asciiText, knownText } from "../../../src/evidence/payload/known-texts.ts";

describe("the cache of ASCII texts", () => {
  it("returns the text of the bytes, whatever was read before", () => {
    const texts = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(texts, (all) => {
        for (const bytes of [...all, ...all]) {
          const isAscii = bytes.length <= 255 && bytes.every((byte) => byte < 0x80);
          const wanted = isAscii ? Buffer.from(bytes).toString("latin1") : null;
          expect(asciiText(bytes, 0, bytes.length)).toBe(wanted);
        }
      }),
    );
  });

  it("reads a text between other bytes", () => {
    const bytes = Buffer.from("xx mesu.apple.com é", "latin1");
    expect(asciiText(bytes, 3, 17)).toBe("mesu.apple.com");
    expect(asciiText(bytes, 3, 19)).toBeNull();
    expect(asciiText(bytes, 3, 3)).toBe("");
  });

  it("distinguishes texts with the same hash", () => {
    expect(knownText(Buffer.from("one.example"), 0, 11, 7)).toBe("one.example");
    expect(knownText(Buffer.from("two.example"), 0, 11, 7)).toBe("two.example");
    expect(knownText(Buffer.from("two.exampl"), 0, 10, 7)).toBe("two.exampl");
  });
});
