/** The kernel's memory is divided by hand: no region may overlap the next one. */
import { describe, expect, it } from "vitest";
import { columnsOf, firstRowOf, firstRunOf } from "../../../src/packets/kernel/ahead-blocks.ts";
import * as layout from "../../../src/packets/kernel/layout.ts";
import { BLOCK_CAPACITY } from "../../../src/packets/packet-block.ts";

const { BATCH_CAPACITY, ROWS } = layout;
const COLUMN = layout.BLOCK_ROWS * 4;
const PLACE = layout.BLOCK_WORDS * 4;
const PORTS = 65_536;

/** The start of each region, and its length in bytes. */
const PARTS: readonly (readonly [name: string, at: number, length: number])[] = [
  ["multipliers", layout.MULTIPLIERS_AT, layout.MULTIPLIERS * 8],
  ["candidates", layout.CANDIDATES_AT, BATCH_CAPACITY * 4],
  ["specificities", layout.SPECIFICITIES_AT, 2 * PORTS],
  ["neighbour table", layout.NEIGHBOURS_AT, layout.NEIGHBOUR_ENTRIES * 8],
  ["gateways", layout.GATEWAYS_AT, layout.GATEWAY_ENTRIES * 8],
  ["rows", layout.ROWS_AT, ROWS * layout.ROW_WORDS * 4],
  ["seconds of rows", layout.ROW_SECONDS_AT, ROWS * 4],
  ["nanoseconds of rows", layout.ROW_NANOSECONDS_AT, ROWS * 4],
  ["offsets", layout.OFFSETS_AT, COLUMN],
  ["captured lengths", layout.CAPTURED_LENGTHS_AT, COLUMN],
  ["original lengths", layout.ORIGINAL_LENGTHS_AT, COLUMN],
  ["seconds", layout.SECONDS_AT, COLUMN],
  ["nanoseconds", layout.NANOSECONDS_AT, COLUMN],
  ["runs", layout.RUNS_AT, layout.RUNS * layout.RUN_WORDS * 4],
  ["the blocks", layout.BUFFER_AT, 0],
];

describe("the kernel's memory", () => {
  it.each(PARTS.slice(1).map((part, i) => [PARTS[i], part] as const))(
    "places %j before %j without overlap",
    ([, at, length], [, next]) => {
      expect(at + length).toBeLessThanOrEqual(next);
    },
  );

  it("places the columns of the current block and of blocks read ahead before the runs", () => {
    expect(layout.OFFSETS_AT + (1 + layout.AHEAD_BLOCKS) * PLACE).toBeLessThanOrEqual(layout.RUNS_AT);
    expect(columnsOf(new SharedArrayBuffer(layout.BUFFER_AT), layout.AHEAD_BLOCKS).hostMarks.byteOffset).toBe(
      layout.OFFSETS_AT + (1 + layout.AHEAD_BLOCKS) * PLACE - COLUMN,
    );
  });

  it("has a row for every record of a block, and buffers aligned to a page", () => {
    expect(layout.BLOCK_ROWS).toBe(BLOCK_CAPACITY);
    expect(firstRowOf(layout.AHEAD_BLOCKS) + BLOCK_CAPACITY).toBe(ROWS);
    expect(firstRunOf(layout.AHEAD_BLOCKS) + layout.BLOCK_RUNS).toBe(layout.RUNS);
    expect(layout.ROWS_AT % 64).toBe(0);
    expect(layout.BUFFER_AT % 4096).toBe(0);
  });

  it("has every region covered by the test above", () => {
    const known = new Set<unknown>(PARTS.map(([, at]) => at));
    const others = Object.entries(layout).filter(([name, at]) => name.endsWith("_AT") && !known.has(at));
    expect(others).toEqual([]);
  });
});
