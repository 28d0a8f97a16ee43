/** Documents are in the field's words: none of those that docs/glossary.md lists as not to be used, as far as a pattern can tell. */
import { describe, expect, it } from "vitest";
import { textFiles, withoutFences } from "../support/markdown-files.ts";

interface Dialect {
  readonly pattern: RegExp;
  /** The field's word. */
  readonly instead: string;
  /** A sentence that has the word, as documents once did. */
  readonly sample: string;
}

const DIALECT: readonly Dialect[] = [
  {
    pattern: /\b(?:plain|usual) packets?\b/,
    instead: "fast-path packets",
    sample: "The kernel makes plain packets rows.",
  },
  { pattern: /\bsums (?:by|per) port\b/, instead: "per-port totals", sample: "Sums by port are kept." },
  {
    pattern: /\blooks? (?:of|through) (?:all )?live flows\b/,
    instead: "snapshot of live flows",
    sample: "Looks through all live flows follow on one another.",
  },
  {
    pattern: /\b(?:gives?|giving|takes?|taking) (?:back )?(?:a|its|the) record\b/,
    instead: "allocate or free a flow entry",
    sample: "A flow that ends gives back its record.",
  },
  {
    pattern: /\bgo(?:es|ing)? by (?:the )?ports?\b/,
    instead: "port-only mode",
    sample: "--no-evidence goes by ports alone.",
  },
  { pattern: /\bhears?\b|\bheard\b/, instead: "receives", sample: "Access points send what they hear." },
  { pattern: /\btells\b/, instead: "reports", sample: "The benchmark tells which are not reached." },
  {
    pattern: /\b(?:is|are|was|were|be|been|being) told\b/,
    instead: "is reported; to distinguish",
    sample: "What an interface dropped is told once.",
  },
  { pattern: /\bstray\b/, instead: "unmatched", sample: "A stray fragment counts." },
  { pattern: /\bin vain\b/, instead: "unanswered, refused", sample: "Names that were asked for in vain." },
  { pattern: /\bso (?:many|much)\b/, instead: "N", sample: "It is removed so many days after." },
  {
    pattern: /\b(?:what|that) there (?:is|are)\b/,
    instead: "what is available",
    sample: "doctor says what there is.",
  },
  { pattern: /\bsettle[sd]?\b|\bseal(?:s|ed)?\b/, instead: "finalize", sample: "The verdict is settled." },
  {
    pattern: /\bcut (?:off )?by (?:a|its|the) snaplen\b/,
    instead: "truncated by the snaplen",
    sample: "A packet cut by the snaplen.",
  },
  {
    pattern: /\bwhose (?:it|they) (?:is|are)\b/,
    instead: "which product's",
    sample: "It is known whose it is.",
  },
  {
    pattern: /\bnobody (?:knows|can tell|tells)\b/,
    instead: "unknown",
    sample: "Otherwise nobody knows.",
  },
];

/** Sections that name these words. */
const GLOSSARY_TABLES = /^## Words (?:not to use|with one meaning only)$[\s\S]*?(?=^## |(?![\s\S]))/gm;

const documents = textFiles(/\.md$/).map(({ path, text }) => ({
  path,
  text: path === "docs/glossary.md" ? text.replace(GLOSSARY_TABLES, "") : text,
}));

/** What a text has of the dialect, each with the words around it. */
function dialectIn(text: string): string[] {
  const line = withoutFences(text).replaceAll(/\s+/g, " ");
  return DIALECT.flatMap(({ pattern, instead }) =>
    [...line.matchAll(new RegExp(pattern, "gi"))].map(
      ({ 0: word, index }) =>
        `"${line.slice(Math.max(0, index - 30), index + word.length + 20)}": rather "${instead}"`,
    ),
  );
}

describe("words of documents", () => {
  it("are the field's", () => {
    expect(documents.length).toBeGreaterThan(30);
    const found = documents.flatMap(({ path, text }) => dialectIn(text).map((one) => `${path}: ${one}`));
    expect(found).toEqual([]);
  });

  it.each(DIALECT)("are noticed otherwise: $sample", ({ sample, instead }) => {
    expect(dialectIn(sample).join()).toContain(`rather "${instead}"`);
    expect(dialectIn(sample.replaceAll(" ", "\n"))).toHaveLength(1);
  });

  it("may be any in samples of what a program prints", () => {
    expect(dialectIn("```text\nasked in vain\n```")).toEqual([]);
  });
});
