import { describe, expect, it } from "vitest";
import { decodeText, normalizeHostName } from "../../../src/evidence/payload/name-text.ts";

const KELVIN_SIGN = "\u212a";

describe("host names", () => {
  it.each([
    ["Init.iTunes.Apple.COM", "init.itunes.apple.com"],
    ["apple.com.", "apple.com"],
    ["apple.com..", "apple.com."],
    ["_x.Apple-1.com", "_x.apple-1.com"],
    ["a\u0000b <script>\u202e", "a\u0000b <script>\u202e"],
    ["x".repeat(255), "x".repeat(255)],
  ])("has %j as %j", (text, name) => {
    expect(normalizeHostName(text)).toBe(name);
  });

  it("does not make one name into another by the case of other alphabets", () => {
    expect(normalizeHostName(`${KELVIN_SIGN}eys.Apple.com`)).toBe(`${KELVIN_SIGN}eys.apple.com`);
  });

  it("is no name when empty, or too long: a cut one might be another's", () => {
    expect(normalizeHostName("")).toBeNull();
    expect(normalizeHostName(".")).toBeNull();
    expect(normalizeHostName(`${"x".repeat(246)}.apple.com`)).toBeNull();
  });
});

describe("text", () => {
  it("has U+FFFD for what is no UTF-8, and keeps a byte order mark", () => {
    const bytes = Uint8Array.from([0x61, 0xff, 0xc3, 0xa9, 0xef, 0xbb, 0xbf, 0x62]);
    expect(decodeText(bytes, 0, 4)).toBe("a\ufffdé");
    expect(decodeText(bytes, 4, 8)).toBe("\ufeffb");
    expect(decodeText(bytes, 0, 3)).toBe("a\ufffd\ufffd");
  });
});
