import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnswerLists } from "../../../src/evidence/observation/answer-lists.ts";
import { NO_TIME } from "../../../src/net/moment.ts";

const CLIENT = 0x0a000001;

function lists(limit = 100, limitPerList = 10) {
  const lists = new AnswerLists(limit, limitPerList);
  return {
    lists,
    add: (name: string, seconds: number, ttl = 60, key = "k") => lists.add(key, name, CLIENT, ttl, seconds),
    at: (seconds: number, key = "k") => lists.at(key, seconds).map(({ name }) => name),
  };
}

describe("a DNS answer", () => {
  it("applies until ten minutes after its time to live", () => {
    const { add, at } = lists();
    add("a", 1000, 3600);
    expect([1000, 1000 + 3600 + 600, 1000 + 3600 + 601].map((seconds) => at(seconds))).toEqual([
      ["a"],
      ["a"],
      [],
    ]);
  });

  it("applies for at least a quarter of an hour", () => {
    const { add, at } = lists();
    add("a", 1000, 0);
    expect([1900, 1901].map((seconds) => at(seconds))).toEqual([["a"], []]);
  });

  it("applies for at most a day and ten minutes", () => {
    const { add, at } = lists();
    add("a", 1000, 0xffffffff);
    expect([1000 + 87_000, 1000 + 87_001].map((seconds) => at(seconds))).toEqual([["a"], []]);
  });

  it("does not apply to flows that began more than one second before it", () => {
    const { add, at } = lists();
    add("a", 1000);
    expect([998, 999].map((seconds) => at(seconds))).toEqual([[], ["a"]]);
  });

  it("without a time applies to all flows, and all answers apply to flows without a time", () => {
    const { add, at } = lists();
    add("a", NO_TIME);
    expect([0, 5e8, NO_TIME].map((seconds) => at(seconds))).toEqual([["a"], ["a"], ["a"]]);
    add("b", 1000, 60, "other");
    expect(at(NO_TIME, "other")).toEqual(["b"]);
  });

  it("applies only under its own key", () => {
    const { add, at } = lists();
    add("a", 1000, 60, "k");
    expect(at(1000, "l")).toEqual([]);
  });
});

describe("DNS answers with the same name", () => {
  it("apply from the first one until the last one expires", () => {
    const { lists: one, add, at } = lists();
    add("a", 1000);
    add("a", 1800);
    expect(one.count).toBe(1);
    expect([998, 999, 1850, 2700, 2701].map((seconds) => at(seconds).length)).toEqual([0, 1, 1, 1, 0]);
  });

  it("apply the same in any order of arrival", () => {
    const { at, add } = lists();
    add("a", 1800);
    add("a", 1000);
    expect([998, 999, 2700, 2701].map((seconds) => at(seconds).length)).toEqual([0, 1, 1, 0]);
  });

  it("do not apply between two that lie far apart", () => {
    const { at, add } = lists();
    add("a", 1000);
    add("a", 5000);
    expect([1000, 1900, 1901, 4998, 4999].map((seconds) => at(seconds).length)).toEqual([1, 1, 0, 0, 1]);
  });

  it("report the asker as long as it is the only one", () => {
    const { lists: one } = lists();
    one.add("k", "a", CLIENT, 60, 1000);
    one.add("k", "a", CLIENT, 60, 1001);
    expect(one.at("k", 1001)[0].asker).toBe(CLIENT);
    one.add("k", "a", CLIENT + 1, 60, 1002);
    one.add("k", "a", CLIENT, 60, 1003);
    expect(one.at("k", 1003)[0].asker).toBeNull();
  });
});

describe("the order of DNS answers", () => {
  it("is by the last answer before the flow", () => {
    const { at, add } = lists();
    for (const [name, seconds] of [
      ["a", 1000],
      ["b", 1010],
      ["a", 1020],
      ["c", 1030],
    ] as const)
      add(name, seconds);
    expect(at(1025)).toEqual(["b", "a"]);
    expect(at(1040)).toEqual(["b", "a", "c"]);
  });

  it("is that of the capture within a second", () => {
    const { at, add } = lists();
    for (const name of ["a", "b", "c", "a"]) add(name, 1000);
    expect(at(1000)).toEqual(["b", "c", "a"]);
  });
});

describe("too many DNS answers", () => {
  it("in one list: the oldest answer is evicted", () => {
    const { lists: one, add, at } = lists(100, 3);
    for (const name of ["a", "b", "c", "a", "d"]) add(name, 1000);
    expect(at(1000)).toEqual(["c", "a", "d"]);
    expect([one.count, one.dropped]).toEqual([3, 1]);
  });

  it("in total: the list updated longest ago is evicted", () => {
    const { lists: one, add, at } = lists(3, 3);
    add("a", 1000, 60, "k");
    add("b", 1000, 60, "l");
    add("c", 1000, 60, "k");
    add("d", 1000, 60, "m");
    expect([at(1000, "k"), at(1000, "l"), at(1000, "m")]).toEqual([["a", "c"], [], ["d"]]);
    expect([one.count, one.dropped]).toEqual([3, 1]);
  });

  it("never exceed the limits, and every eviction is counted", () => {
    const answer = fc.tuple(fc.constantFrom("k", "l", "m", "n"), fc.constantFrom(..."abcdef"));
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 60 }), (answers) => {
        const { lists: one, at } = lists(7, 3);
        let added = 0;
        for (const [key, name] of answers) {
          if (!at(1000, key).includes(name)) added++;
          one.add(key, name, CLIENT, 60, 1000);
          expect(at(1000, key).at(-1)).toBe(name);
        }
        const kept = ["k", "l", "m", "n"].map((key) => at(1000, key).length);
        expect(Math.max(0, ...kept)).toBeLessThanOrEqual(3);
        expect(one.count).toBeLessThanOrEqual(7);
        expect(kept.reduce((sum, length) => sum + length, 0)).toBe(one.count);
        expect(one.count + one.dropped).toBe(added);
      }),
    );
  });
});
