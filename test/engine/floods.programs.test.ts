/**
 * Floods of what strangers can send, each aimed at a table that is bounded: past its limits the process takes no more memory,
 * and no sum lacks a packet (docs/limits.md has what ten million packets take).
 */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import type { FloodFigures } from "../../scripts/floods/examine-flood.ts";
import { FLOODS } from "../../scripts/floods/floods.ts";

/** Two thirds of them fill every table but that of flows, which is made smaller. */
const PACKETS = 450_000;
const MAX_FLOWS = 20_000;
/** Tables that are emptied when they are full are seen at any height. */
const MOST_GROWTH = 1.15;
const MOST_HELD = 400e6;
/** With what waits to be collected. */
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
