import { describe, expect, it } from "vitest";
import { formatRfc3339 } from "../../src/net/rfc3339.ts";

describe("a time in RFC 3339 format", () => {
  it.each([
    [0, 0, 0, "1970-01-01T00:00:00Z"],
    [0, 1, 9, "1970-01-01T00:00:00.000000001Z"],
    [1_700_000_000, 123_456_789, 6, "2023-11-14T22:13:20.123456Z"],
    [1_700_000_000, 999_999_999, 3, "2023-11-14T22:13:20.999Z"],
    [1_700_000_000, 999_999_999, 0, "2023-11-14T22:13:20Z"],
    [951_782_400, 0, 1, "2000-02-29T00:00:00.0Z"],
    [2_147_483_648, 0, 0, "2038-01-19T03:14:08Z"],
    [4_294_967_294, 999_999_999, 9, "2106-02-07T06:28:14.999999999Z"],
  ])("of %i s %i ns with %i digits is %s", (seconds, nanoseconds, digits, wanted) => {
    expect(formatRfc3339(seconds, nanoseconds, digits)).toBe(wanted);
  });
});
