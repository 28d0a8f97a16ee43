/** The exports of the package: every type that occurs can be imported, and everything is documented. */
import { describe, expect, it } from "vitest";
import { type PublicEntry, readPublicInterface } from "./support/public-declarations.ts";

const entries = readPublicInterface();
const [root] = entries;

/** Types that occur in an entry but can be imported neither from it nor from the root. */
function typesWithoutName({ exported, mentioned }: PublicEntry): string[] {
  return [...mentioned]
    .filter(([type]) => !exported.has(type) && !root.exported.has(type))
    .map(([type, from]) => `${type}, in ${from}`);
}

describe("the public interface", () => {
  it("has a root, and subpaths for text, for firewalls and for tests", () => {
    expect(entries.map(({ specifier }) => specifier)).toEqual([
      "appleflow",
      "appleflow/render",
      "appleflow/firewall",
      "appleflow/testing",
    ]);
    expect(root.names.map(({ name }) => name)).toContain("summarize");
    expect(root.mentioned.size).toBeGreaterThan(100);
  });

  it.each(entries)("of $specifier exports every type that its exports use", (entry) => {
    expect(typesWithoutName(entry)).toEqual([]);
  });

  it("is reported as incomplete if the type of an option is not exported", () => {
    const type = "types/reports/traffic/summary.d.ts Claims";
    expect(root.exported).toContain(type);
    const exported = new Set([...root.exported].filter((one) => one !== type));
    const { mentioned } = root;
    expect([...mentioned.keys()].filter((one) => !exported.has(one))).toEqual([type]);
  });

  it.each(entries)("of $specifier documents every name", ({ names }) => {
    expect(names.filter(({ documentation }) => documentation === "").map(({ name }) => name)).toEqual([]);
  });

  it.each(entries)("of $specifier has an example for every function", ({ names }) => {
    const called = names.filter(({ isCalled }) => isCalled);
    expect(called.length).toBeGreaterThan(5);
    expect(called.filter(({ examples }) => examples.length === 0).map(({ name }) => name)).toEqual([]);
  });
});
