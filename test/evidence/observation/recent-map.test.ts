import { describe, expect, it } from "vitest";
import { RecentMap } from "../../../src/evidence/observation/recent-map.ts";

describe("a bounded map of recent entries", () => {
  it("evicts the entry that was set longest ago", () => {
    const map = new RecentMap<number>(2);
    map.set("a", 1);
    map.set("b", 2);
    map.set("a", 3);
    map.set("c", 4);
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([3, undefined, 4]);
    expect([...map.values()]).toEqual([3, 4]);
    expect([map.size, map.dropped]).toEqual([2, 1]);
  });

  it("does not count an entry that was set again as evicted", () => {
    const map = new RecentMap<number>(2);
    for (let i = 0; i < 9; i++) map.set("a", i);
    expect([map.size, map.dropped, map.get("a")]).toEqual([1, 0, 8]);
  });

  it("evicts several at a time if it is large, and counts each", () => {
    const map = new RecentMap<number>(256);
    for (let i = 0; i < 256; i++) map.set(`${i}`, i);
    expect([map.size, map.dropped]).toEqual([256, 0]);
    map.set("256", 256);
    expect([map.size, map.dropped]).toEqual([253, 4]);
    expect([map.get("3"), map.get("4"), map.get("256")]).toEqual([undefined, 4, 256]);
  });
});
