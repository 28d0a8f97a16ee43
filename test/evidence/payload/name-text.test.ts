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
  ])("are normalised: %j becomes %j", (text, name) => {
    expect(normalizeHostName(text)).toBe(name);
  });

  it("keep letters of other alphabets that would fold to ASCII", () => {
    expect(normalizeHostName(`${KELVIN_SIGN}eys.Apple.com`)).toBe(`${KELVIN_SIGN}eys.apple.com`);
  });

  it("are refused when empty or too long, as a truncated name might be another's", () => {
    expect(normalizeHostName("")).toBeNull();
    expect(normalizeHostName(".")).toBeNull();
    expect(normalizeHostName(`${"x".repeat(246)}.apple.com`)).toBeNull();
  });
});

describe("decoded text", () => {
  it("replaces invalid UTF-8 by U+FFFD, and keeps a byte order mark", () => {
    const bytes = Uint8Array.from([0x61, 0xff, 0xc3, 0xa9, 0xef, 0xbb, 0xbf, 0x62]);
    expect(decodeText(bytes, 0, 4)).toBe("a\ufffdé");
    expect(decodeText(bytes, 4, 8)).toBe("\ufeffb");
    expect(decodeText(bytes, 0, 3)).toBe("a\ufffd\ufffd");
  });
});
