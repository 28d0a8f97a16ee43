/** The kernel's memory is divided by hand: no part may reach into the next one. */
import { describe, expect, it } from "vitest";
import * as layout from "../../../src/packets/kernel/layout.ts";

const { BATCH_CAPACITY } = layout;
const COLUMN = layout.CAPTURED_LENGTHS_AT - layout.OFFSETS_AT;
const PORTS = 65_536;

/** Where each part begins, and how many bytes it has. */
const PARTS: readonly (readonly [name: string, at: number, length: number])[] = [
  ["multipliers", layout.MULTIPLIERS_AT, layout.MULTIPLIERS * 8],
  ["bytes of a run", layout.RUN_BYTES_AT, 8],
  ["times of a run", layout.RUN_TIMES_AT, 4 * 4],
  ["rows", layout.ROWS_AT, BATCH_CAPACITY * layout.ROW_WORDS * 4],
  ["seconds of rows", layout.ROW_SECONDS_AT, BATCH_CAPACITY * 4],
  ["nanoseconds of rows", layout.ROW_NANOSECONDS_AT, BATCH_CAPACITY * 4],
  ["candidates", layout.CANDIDATES_AT, BATCH_CAPACITY * 4],
  ["offsets", layout.OFFSETS_AT, COLUMN],
  ["captured lengths", layout.CAPTURED_LENGTHS_AT, COLUMN],
  ["original lengths", layout.ORIGINAL_LENGTHS_AT, COLUMN],
  ["seconds", layout.SECONDS_AT, COLUMN],
  ["nanoseconds", layout.NANOSECONDS_AT, COLUMN],
  ["specificities", layout.SPECIFICITIES_AT, 2 * PORTS],
  ["met addresses", layout.MET_AT, layout.MET_ENTRIES * 8],
  ["gateways", layout.GATEWAYS_AT, layout.GATEWAY_ENTRIES * 8],
  ["the block", layout.BUFFER_AT, 0],
];

describe("the kernel's memory", () => {
  it.each(PARTS.slice(1).map((part, i) => [PARTS[i], part] as const))(
    "has %j and then %j, apart from each other",
    ([, at, length], [, next]) => {
      expect(at + length).toBeLessThanOrEqual(next);
    },
  );

  it("has every part in the test above", () => {
    const known = new Set<unknown>(PARTS.map(([, at]) => at));
    const others = Object.entries(layout).filter(([name, at]) => name.endsWith("_AT") && !known.has(at));
    expect(others).toEqual([]);
  });
});
