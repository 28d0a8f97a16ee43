import { describe, expect, it } from "vitest";
import { JsonCursor } from "../../../src/reports/compare/json-cursor.ts";

const ORIGIN = { code: "bad_summary", name: "a.json" } as const;

function cursorOf(value: unknown): JsonCursor {
  return JsonCursor.parse(JSON.stringify(value), ORIGIN);
}

describe("a JSON cursor", () => {
  it("reads values by their type", () => {
    const cursor = cursorOf({ a: [1, "two", true], b: null });
    const [one, two, three] = cursor.field("a").list();
    expect([one.number(), two.text(), three.boolean()]).toEqual([1, "two", true]);
    expect(cursor.has("b")).toBe(false);
    expect(cursor.optional("b", (field) => field.number())).toBeNull();
    expect(two.oneOf(["two"])).toBe("two");
  });

  it.each([
    [(root: JsonCursor) => root.field("none"), '$ has no "none"'],
    [
      (root: JsonCursor) => root.field("list").list()[1].number(),
      '$.list[1] needs a number of 0 or more, it is "2"',
    ],
    [
      (root: JsonCursor) => root.field("list").list()[2].number(),
      "$.list[2] needs a number of 0 or more, it is -3",
    ],
    [(root: JsonCursor) => root.field("a b").text(), '$["a b"] needs a text, it is an object'],
    [(root: JsonCursor) => root.field("list").field("x"), "$.list needs an object, it is a list"],
    [(root: JsonCursor) => root.field("a b").list(), '$["a b"] needs a list, it is an object'],
    [(root: JsonCursor) => root.field("a b").boolean(), '$["a b"] needs true or false, it is an object'],
    [
      (root: JsonCursor) => root.field("list").list()[0].oneOf(["x", "y"]),
      '$.list[0] needs one of "x", "y", it is 1',
    ],
    [(root: JsonCursor) => root.only(["list"]), '$["a b"] is unknown here; known are list'],
    [(root: JsonCursor) => root.field("toString"), '$ has no "toString"'],
  ])("reports the path of an error (%#)", (read, message) => {
    const root = cursorOf({ list: [1, "2", -3], "a b": {} });
    expect(() => read(root)).toThrow(
      expect.objectContaining({ code: "bad_summary", message: `a.json: ${message}` }),
    );
  });

  it("reports that a text is not JSON, and accepts a byte order mark", () => {
    expect(() => JsonCursor.parse('{"a": ', ORIGIN)).toThrow(/^a\.json: not JSON: /);
    expect(JsonCursor.parse("\ufeff{}", ORIGIN).fields()).toEqual([]);
  });

  it("does not repeat a long value in full", () => {
    expect(() => cursorOf("x".repeat(1000)).number()).toThrow(/^.{1,100}\.\.\.$/);
  });
});
