import { describe, expect, it } from "vitest";
import { Advice, type AdviceRow, SITUATIONS, type Situation } from "../../../src/knowledge/advice/advice.ts";
import { loadAdvice, loadAdviceRows } from "../../../src/knowledge/advice/load-advice.ts";

const row = (text: string, isFor: AdviceRow["isFor"] = null): AdviceRow => ({
  situation: "rule-name",
  isFor,
  text,
  sources: [],
});

describe("an advice text", () => {
  it("has the given values in its placeholders, unchanged", () => {
    const advice = new Advice([
      { ...row("{port} of {host}, {transport}, {port}"), situation: "rule-allow" },
      row("let {name} through"),
    ]);
    const values = { transport: "tcp", host: "a.example", port: 443 };
    expect(advice.text("rule-allow", values)).toBe("443 of a.example, tcp, 443");
    expect(advice.text("rule-name", { name: "$& {name} \u001b" })).toBe("let $& {name} \u001b through");
  });

  it("is the one for the given name if it exists, wherever it is in the file", () => {
    const isFor = (name: string) => name === "one.example";
    for (const rows of [
      [row("all"), row("one", isFor)],
      [row("one", isFor), row("all")],
    ]) {
      const advice = new Advice(rows);
      expect(advice.text("rule-name", { name: "one.example" }, "one.example")).toBe("one");
      expect(advice.text("rule-name", { name: "two.example" }, "two.example")).toBe("all");
      expect(advice.text("rule-name", { name: "one.example" })).toBe("all");
    }
  });

  it("that does not exist is an internal error", () => {
    expect(() => new Advice([]).text("cause-refused", {})).toThrow("there is no advice for cause-refused");
  });
});

describe("the advice texts of the project", () => {
  it("cover each situation, and each value that a situation provides", () => {
    for (const [situation, values] of Object.entries(SITUATIONS) as [Situation, readonly string[]][]) {
      const general = loadAdviceRows().filter((one) => one.situation === situation && one.isFor === null);
      expect(general).toHaveLength(1);
      for (const value of values) expect(general[0].text, situation).toContain(`{${value}}`);
    }
  });

  it.each([
    ["mask.icloud.com", true],
    ["mask-h2.icloud.com", true],
    ["mask-api.icloud.com", true],
    ["gateway.icloud.com", false],
    ["mask.example.com", false],
  ])("for %s mention Private Relay: %s", (name, isRelay) => {
    const text = loadAdvice().text("rule-name", { name }, name);
    expect(text.includes("Private Relay")).toBe(isRelay);
    expect(text.includes(name)).toBe(!isRelay);
  });
});
