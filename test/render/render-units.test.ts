import { describe, expect, it } from "vitest";
import { formatBytes, formatCount, formatDuration, formatShare } from "../../src/render/render-units.ts";

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [0.2, "<1 B"],
    [0.5, "1 B"],
    [35.5, "36 B"],
    [999, "999 B"],
    [999.5, "1.0 kB"],
    [1000, "1.0 kB"],
    [1234, "1.2 kB"],
    [999_949, "999.9 kB"],
    [999_950, "1.0 MB"],
    [1_945_220_680, "1.9 GB"],
    [2 ** 53, "9.0 PB"],
    [1e22, "10000.0 EB"],
  ])("formats %d as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("formatCount", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [1_234_567, "1,234,567"],
    [2 ** 53 - 1, "9,007,199,254,740,991"],
  ])("formats %d as %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});

describe("formatShare", () => {
  it.each([
    [0, 0, "-"],
    [0, 10, "0.0%"],
    [1, 10_000, "<0.1%"],
    [1, 3, "33.3%"],
    [99_999, 100_000, ">99.9%"],
    [10, 10, "100.0%"],
  ])("formats %d of %d as %s", (part, whole, text) => {
    expect(formatShare(part, whole)).toBe(text);
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0 s"],
    [0.000001, "0.000001 s"],
    [0.25, "0.25 s"],
    [12.3456, "12.3 s"],
    [59.99, "60 s"],
    [60, "1 min"],
    [61, "1 min 1 s"],
    [3600, "1 h"],
    [3605, "1 h"],
    [11_550, "3 h 12 min"],
    [86_400, "1 d"],
    [90_061, "1 d 1 h"],
  ])("formats %d seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
