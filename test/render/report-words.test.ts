import { describe, expect, it } from "vitest";
import { candidatesText } from "../../src/render/report-words.ts";

const listed = (...candidates: string[]) => ({ class: "listed", candidates }) as const;
const isWithdrawn = (name: string) => name.startsWith("Old");

describe("candidatesText", () => {
  it("puts withdrawn products last, and marks them", () => {
    const said = candidatesText(listed("Old server", "Screen Sharing"), isWithdrawn);
    expect(said).toBe("Screen Sharing, Old server (withdrawn)?");
  });

  it("gives the number if there are more than three", () => {
    expect(candidatesText(listed("A", "B", "C", "D"), isWithdrawn)).toBe("one of 4 products?");
  });
});
