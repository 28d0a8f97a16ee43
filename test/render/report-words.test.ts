import { describe, expect, it } from "vitest";
import { candidatesText } from "../../src/render/report-words.ts";

const listed = (...candidates: string[]) => ({ class: "listed", candidates }) as const;
const isWithdrawn = (name: string) => name.startsWith("Old");

describe("candidatesText", () => {
  it("names withdrawn products last, and says that they are", () => {
    const said = candidatesText(listed("Old server", "Screen Sharing"), isWithdrawn);
    expect(said).toBe("Screen Sharing, Old server (withdrawn)?");
  });

  it("counts more than three", () => {
    expect(candidatesText(listed("A", "B", "C", "D"), isWithdrawn)).toBe("one of 4 products?");
  });
});
