/**
 * Floods of hostile packets, each aimed at a bounded table: beyond the limits the process uses no more memory, and no total
 * lacks a packet (docs/limits.md has the cost of ten million packets).
 */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import type { FloodFigures } from "../../scripts/floods/examine-flood.ts";
import { FLOODS } from "../../scripts/floods/floods.ts";

/** Two thirds of them fill every table except that of flows, which is made smaller. */
const PACKETS = 450_000;
const MAX_FLOWS = 20_000;
/** Tables that are cleared when full can be seen at any size. */
const MOST_GROWTH = 1.15;
const MOST_HELD = 400e6;
/** Including uncollected garbage. */
const MOST_RESIDENT = 1.2e9;

it.each(FLOODS.map(({ name, fills }) => [name, fills]))(
  "%s use no more memory beyond the limits: %s",
  (name) => {
    const args = ["--packets", String(PACKETS), "--max-flows", String(MAX_FLOWS), "--only", name, "--json"];
    const command = ["--import", "tsx", "scripts/floods.ts", ...args];
    const figures = JSON.parse(execFileSync(process.execPath, command, { encoding: "utf8" })) as FloodFigures;
    const [before, after] = figures.heldBytes;
    expect(figures.counted).toBe(name === "duplicates" ? PACKETS / 2 : PACKETS);
    expect(after / before).toBeLessThan(MOST_GROWTH);
    expect(after).toBeLessThan(MOST_HELD);
    expect(figures.residentBytes).toBeLessThan(MOST_RESIDENT);
  },
);
