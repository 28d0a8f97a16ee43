/** Source files and documents cite the contract by heading; the headings must exist. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { headingsOf, textFiles } from "../support/markdown-files.ts";

const CONTRACT = readFileSync(new URL("../../docs/contract.md", import.meta.url), "utf8");
const HEADINGS = headingsOf(CONTRACT);
/** This file contains examples of wrong citations. */
const files = textFiles(/\.(ts|mjs|py|sh|tsv|md)$/).filter(
  ({ path }) => path !== "test/docs/contract.test.ts",
);

/** The file name and a comma, then one or more headings: `"A", "B" and "C"`. */
const CITATION = /docs\/contract\.md, *((?:(?:, | and |, and | to )?"[^"]*")*)/g;
/** By number, the obsolete form. */
const BY_NUMBER = /\bcontract,? \(?(?:sections? )?\d/gi;

/** Returns errors in a text's citations of the contract: unknown headings, or none. */
function wrongCitations(text: string): string[] {
  const line = joinLines(text);
  const named = [...line.matchAll(CITATION)].flatMap(([citation, headings]) =>
    headings === "" ? [citation] : [...headings.matchAll(/"([^"]*)"/g)].map(([, heading]) => heading),
  );
  const numbered = [...line.matchAll(BY_NUMBER)].map(([citation]) => citation);
  return [...named.filter((cited) => !HEADINGS.some((heading) => heading.text === cited)), ...numbered];
}

/** Joins comments that continue on the next line, after its marker. */
function joinLines(text: string): string {
  return text.replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/|#)?\s*/g, " ");
}

describe("citations of the contract", () => {
  it("name existing headings", () => {
    const citing = files.filter(({ text }) => joinLines(text).match(CITATION) !== null);
    expect(citing.length).toBeGreaterThan(15);
    const wrong = files.flatMap(({ path, text }) => wrongCitations(text).map((one) => `${path}: ${one}`));
    expect(wrong).toEqual([]);
  });

  it.each([
    ["a missing heading", '(docs/contract.md, "Totals" and "No such thing")', ["No such thing"]],
    ["a heading on the next line", '/**\n * (docs/contract.md,\n * "No\n * such thing")', ["No such thing"]],
    ["a heading that is only part of another", '(docs/contract.md, "Packets")', ["Packets"]],
    ["a citation without a heading", "(docs/contract.md, at the end)", ["docs/contract.md, "]],
    ["a section by number", "(contract, section 5)", ["contract, section 5"]],
    ["sections by number", "from the contract (sections\n * 3 and 4)", ["contract (sections 3"]],
    ["numbers alone", "(contract, 4 and 5)", ["contract, 4"]],
    ["nothing wrong", '(docs/contract.md, "Flows", "Totals" and "JSON")', []],
  ])("are refused for %s", (_, text, wrong) => {
    expect(wrongCitations(text)).toEqual(wrong);
  });
});

describe("the contract", () => {
  it("has unique headings, so that citations are unambiguous", () => {
    const texts = HEADINGS.map(({ text }) => text);
    expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([]);
  });

  it("states in each section what the program does today", () => {
    const sections = CONTRACT.split(/^## /m).slice(1);
    expect(sections.length).toBeGreaterThan(8);
    const silent = sections.filter((section) => !/^\*\*Today\*\*/m.test(section));
    expect(silent.map((section) => section.split("\n")[0])).toEqual([]);
  });
});
