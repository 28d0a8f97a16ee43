import { describe, expect, it } from "vitest";
import type { FlowEnds } from "../../src/duplicates/sightings.ts";
import { Translations } from "../../src/duplicates/translations.ts";

const KEY = Int32Array.of(1, 2);
const inside: FlowEnds = { kind: 2, protocol: 6, source: 10, destination: 20, ports: (50_000 << 16) | 443 };
const outside: FlowEnds = { ...inside, source: 11 };
const reply: FlowEnds = {
  ...outside,
  source: outside.destination,
  destination: outside.source,
  ports: (443 << 16) | 50_000,
};

describe("Translations", () => {
  it("drops a translated flow in both directions, and no other", () => {
    const translations = new Translations(KEY);
    expect(translations.leavesOut(outside)).toBe(false);
    translations.learn(outside, inside);
    expect([outside, reply].map((flow) => translations.leavesOut(flow))).toEqual([true, true]);
    const others = [inside, { ...outside, protocol: 17 }, { ...outside, ports: outside.ports + 1 }];
    expect(others.map((flow) => translations.leavesOut(flow))).toEqual([false, false, false]);
  });

  it("restores a dropped flow that turns out to be the one to count", () => {
    const translations = new Translations(KEY);
    translations.learn(outside, inside);
    translations.learn({ ...inside, source: 12 }, outside);
    expect(translations.has(outside)).toBe(false);
  });

  it("forgets a flow after 128 packets in a row without a copy on the other side", () => {
    const translations = new Translations(KEY);
    translations.learn(outside, inside);
    const leftOut = () => translations.leavesOut(reply);
    expect(Array.from({ length: 128 }, leftOut)).not.toContain(false);
    translations.confirm(outside);
    expect(Array.from({ length: 128 }, leftOut)).not.toContain(false);
    expect(leftOut()).toBe(false);
    expect(translations.has(outside)).toBe(false);
  });

  it("remembers the 65,536 most recent flows", () => {
    const translations = new Translations(KEY);
    for (let i = 0; i <= 65_536; i++) translations.learn({ ...outside, source: 1000 + i }, inside);
    expect(translations.has({ ...outside, source: 1000 })).toBe(false);
    expect(translations.has({ ...outside, source: 1001 })).toBe(true);
    expect(translations.has({ ...outside, source: 1000 + 65_536 })).toBe(true);
  });
});
