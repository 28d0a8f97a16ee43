import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { withFacts } from "../support/mac/mac-facts.ts";

const PAGE = readFileSync(new URL("../../docs/macos.md", import.meta.url), "utf8");

describe("docs/macos.md", () => {
  it("lists as never seen on hardware what the simulated Mac marks as such", () => {
    expect(withFacts(PAGE)).toBe(PAGE);
    expect(PAGE.match(/^- .*\(apple-oss-distributions\//gm)?.length).toBeGreaterThan(10);
  });
});
