/** The format of a ruleset is detected in linear time, even if it is mostly empty lines. */
import { expect, it } from "vitest";
import { parseRuleset } from "../../src/firewall/load-ruleset.ts";

const LINES = 40_000;
const MOST_MS = 150;

it.each(["\n", "\r\n", "\r"])("JSON after 40,000 empty lines is parsed quickly (%j)", (end) => {
  const text = `${end.repeat(LINES)}{"nftables":[]}`;
  const before = process.cpuUsage();
  expect(parseRuleset(text, "ruleset").chains).toEqual([]);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(MOST_MS);
});

it("the text format of nft is still recognised after white space", () => {
  expect(() => parseRuleset("\n\n\t table inet filter {\n}\n", "ruleset")).toThrow(
    /the text of nft list ruleset/,
  );
});
