import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_TIME } from "../../../src/net/moment.ts";
import { digitsOf, MAX_SECONDS, TickClock } from "../../../src/packets/files/timestamps.ts";
import { PacketBlock } from "../../../src/packets/packet-block.ts";
import { propertyRuns } from "../../support/property-runs.ts";

const block = new PacketBlock();

function timeOf(resolution: number, ticks: bigint, offsetSeconds = 0): [number, number] {
  new TickClock(resolution, offsetSeconds).store(
    Number(ticks >> 32n),
    Number(ticks & 0xffff_ffffn),
    block,
    0,
  );
  return [block.seconds[0], block.nanoseconds[0]];
}

/** The same computation in BigInt. */
function exactTimeOf(resolution: number, ticks: bigint, offsetSeconds: number): [number, number] {
  const exponent = BigInt(resolution & 0x7f);
  const perSecond = resolution >= 0x80 ? 1n << exponent : 10n ** exponent;
  const seconds = ticks / perSecond + BigInt(offsetSeconds);
  if (seconds < 0n || seconds > BigInt(MAX_SECONDS)) return [NO_TIME, NO_TIME];
  return [Number(seconds), Number(((ticks % perSecond) * 1_000_000_000n) / perSecond)];
}

describe("TickClock", () => {
  it("is exact for every resolution, at random times and at the end of a second", () => {
    const ticks = fc.oneof(
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      fc.bigInt({ min: 0n, max: 1n << 54n }),
      // The last and first tick of a second, where a rounded quotient would show.
      fc
        .tuple(fc.nat({ max: MAX_SECONDS }), fc.constantFrom(-1n, 0n, 1n), fc.nat({ max: 9 }))
        .map(([seconds, step, exponent]) => {
          const value = BigInt(seconds) * 10n ** BigInt(exponent) + step;
          return value < 0n ? 0n : value;
        }),
    );
    const resolution = fc.oneof(
      fc.constantFrom(0, 3, 4, 6, 9, 0x80 | 10, 0x80 | 13, 0x80 | 20, 0x80 | 29, 0x80 | 32),
      fc.nat({ max: 255 }),
    );
    const offset = fc.oneof(fc.constant(0), fc.integer());
    fc.assert(
      fc.property(resolution, ticks, offset, (unit, value, seconds) => {
        expect(timeOf(unit, value, seconds)).toEqual(exactTimeOf(unit, value, seconds));
      }),
      { numRuns: propertyRuns(20_000) },
    );
  });

  it("returns the number of digits of its resolution", () => {
    const digits = [0, 3, 6, 9, 12, 0x80, 0x80 | 10, 0x80 | 20, 0x80 | 32].map(
      (resolution) => new TickClock(resolution, 0).digits,
    );
    expect(digits).toEqual([0, 3, 6, 9, 9, 0, 4, 7, 9]);
    expect(digitsOf(1_000_000)).toBe(6);
  });

  it("returns no time outside the representable range", () => {
    expect(timeOf(6, 0n, -1)).toEqual([NO_TIME, NO_TIME]);
    expect(timeOf(6, (1n << 64n) - 1n)).toEqual([NO_TIME, NO_TIME]);
    expect(timeOf(6, BigInt(MAX_SECONDS) * 1_000_000n)).toEqual([MAX_SECONDS, 0]);
  });
});
