import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { parseTime } from "../../src/cli/time-option.ts";

const NINE = 1_769_850_000;

describe("parseTime", () => {
  it.each([
    ["2026-01-31T09:00:00Z", NINE, 0],
    ["2026-01-31t09:00:00z", NINE, 0],
    ["2026-01-31 09:00:00", NINE, 0],
    ["2026-01-31T09:00", NINE, 0],
    ["2026-01-31", NINE - 9 * 3600, 0],
    ["2026-01-31T10:30:00+01:30", NINE, 0],
    ["2026-01-31T04:00:00-0500", NINE, 0],
    ["2026-01-31T09:00:00.123456789Z", NINE, 123_456_789],
    ["2026-01-31T09:00:00.5", NINE, 500_000_000],
    ["2026-01-31T09:00:00.000000001+00:00", NINE, 1],
    ["1769850000", NINE, 0],
    ["1769850000.000000001", NINE, 1],
    ["1769850000.25", NINE, 250_000_000],
    ["0", 0, 0],
    ["2024-02-29", 1_709_164_800, 0],
    ["1969-12-31T23:59:59.5Z", -1, 500_000_000],
  ])("reads %s", (text, seconds, nanoseconds) => {
    expect(parseTime(text)).toMatchObject({ seconds, nanoseconds });
  });

  it.each([
    ["2026-01-31", true],
    ["2026-01-31T09:00", true],
    ["2026-01-31 09:00:00.5", true],
    ["2026-01-31T09:00Z", false],
    ["2026-01-31T09:00:00+01:00", false],
    ["1769850000", false],
  ])("remembers the text of a time without a zone: %s", (text, isKept) => {
    expect(parseTime(text).withoutZone).toBe(isKept ? text : undefined);
  });

  it.each([
    "",
    " ",
    "yesterday",
    "2026-02-30",
    "2025-02-29",
    "2026-13-01",
    "2026-01-31T24:00:00Z",
    "2026-01-31T09:60:00Z",
    "2026-01-31T09:00:60Z",
    "2026-01-31T09",
    "2026-01-31T09:00:00.1234567891Z",
    "2026-01-31T09:00:00.Z",
    "2026-01-31T09:00:00+24:00",
    "2026-01-31T09:00:00+01:60",
    "2026-01-31Z",
    "26-01-31",
    "1e9",
    "-5",
    "0x10",
    "17698500000",
    "1769850000.1234567891",
    "2026-01-31T09:00:00Z\n",
    "٢٠٢٦-٠١-٣١",
  ])("refuses %j", (text) => {
    expect(() => parseTime(text)).toThrow(InvalidArgumentError);
  });
});
