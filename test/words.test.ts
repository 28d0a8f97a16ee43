/** What the program says is plain English: none of the words that older code had for what has a common name (docs/glossary.md). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sourceFiles } from "./support/source-files.ts";
import { literalsOf } from "./support/source-literals.ts";

/** Only what is wrong wherever it stands: "there is", "tells" and "by" have uses that are right. */
const WORDS = [
  "any ?more",
  "cut by the snaplen",
  "exclude each other",
  "for want of",
  "goes? by (?:its |the )?ports?",
  "(?:has|have) no meaning",
  "(?:has|have) to say",
  "in vain",
  "is none of",
  "(?:no|nothing) of (?:that|this|it|them)",
  "so (?:many|much)",
  "stands? (?:already|behind|in place|there|twice)",
  "tak(?:e|es|en|ing) (?:\\S+ )?(?:away|back)",
  "those (?:that )?there are",
  "told (?:apart|of|together)",
  "what there is",
  "whatever (?:comes|else)",
  "we|us|our",
];
const DIALECT = new RegExp(`(?<![\\w-])(?:${WORDS.join("|")})(?![\\w-])`, "gi");

/** Text that is a sentence or a part of one, not the name of something. */
const SENTENCE = /[a-z]{2,},? [a-z]/i;

function dialectIn(text: string): string[] {
  return SENTENCE.test(text) ? (text.match(DIALECT) ?? []) : [];
}

describe("what the program says", () => {
  it("is searched for words of a sentence, not of names", () => {
    expect(dialectIn("Nothing of that was tried in vain; so-many, wet, us-east")).toEqual([
      "Nothing of that",
      "in vain",
    ]);
    expect(dialectIn("us")).toEqual([]);
  });

  it("has none of the words in a literal of src", () => {
    const said = sourceFiles("src").flatMap(({ path, text }) =>
      literalsOf(text).map((literal) => ({ ...literal, path })),
    );
    expect(said.filter(({ text }) => SENTENCE.test(text)).length).toBeGreaterThan(1000);
    const found = said.flatMap(({ path, line, text }) =>
      dialectIn(text).map((word) => `${path}:${line}: ${word}`),
    );
    expect(found).toEqual([]);
  });

  it.each(["docs/cli.md", "data/advice.tsv", "data/reach.tsv"])("has none of them in %s", (path) => {
    const text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8").replaceAll(/^#.*$/gm, "");
    expect(text.split("\n").flatMap(dialectIn)).toEqual([]);
  });
});
