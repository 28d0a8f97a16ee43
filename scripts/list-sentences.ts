/**
 * `npx tsx scripts/list-sentences.ts [FOLDER] > sentences.tsv`: every sentence that the sources of a clone show to users, with its
 * file: messages, help, reports, the page, texts in data. To compare two commits, list both and diff. A literal counts if it reads
 * like words; a template's expressions are kept as `${...}`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "rolldown/parseAst";

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const [folder = "."] = process.argv.slice(2);
/** Data files with sentences in their cells. */
const DATA_FILES = ["advice.tsv", "reach.tsv", "repairs.tsv"];
/** Sources whose literals no user sees. */
const INTERNAL = /assembly\/|testing\/builders\//;
const TEXT_IN_HTML = />([^<>]+)<|(?:title|aria-label|placeholder|alt)="([^"]+)"/g;

function read(path: string): string {
  return readFileSync(join(folder, path), "utf8");
}

function print(path: string, sentence: string): void {
  console.log(`${path}\t${sentence.replaceAll("\n", "\\n").replaceAll("\t", "\\t")}`);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Whether a text reads like words: two in a row, one beside an expression, or a heading. */
function isSentence(text: string): boolean {
  const filled = text.replace(/\$\{[^}]*\}/g, "N");
  return (
    /[A-Za-z]{2,}[,:;]? [A-Za-z(]|[a-z]{2,} N\b|N [a-z]{2,}/.test(filled) ||
    /^[A-Z][a-z]{2,}[.:]?$/.test(text)
  );
}

/** The text of a literal, a template or a sum of them; null for other expressions. */
function textOf(node: SyntaxNode, code: string): string | null {
  const expression = (one: SyntaxNode) => `\${${code.slice(one.start, one.end).replace(/\s+/g, " ")}}`;
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : null;
  if (node.type === "TemplateLiteral") {
    const expressions = node.expressions as readonly SyntaxNode[];
    const quasis = node.quasis as readonly { readonly value: { readonly cooked: string } }[];
    return quasis
      .map(({ value }, i) => value.cooked + (i < expressions.length ? expression(expressions[i]) : ""))
      .join("");
  }
  if (node.type !== "BinaryExpression" || node.operator !== "+") return null;
  const sides = [node.left as SyntaxNode, node.right as SyntaxNode];
  const texts = sides.map((side) => textOf(side, code));
  if (texts.every((text) => text === null)) return null;
  return sides.map((side, i) => texts[i] ?? expression(side)).join("");
}

function listLiterals(path: string, code: string): void {
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    if (!isNode(value) || value.type.startsWith("TS") || value.type === "ImportDeclaration") return;
    const text = textOf(value, code);
    if (text !== null && isSentence(text)) print(path, text);
    // The parts of a sum are listed as the whole; expressions inside may hold further sentences.
    const inner = text === null ? Object.values(value) : [value.expressions];
    for (const one of inner) visit(one);
  };
  visit(parseAst(code, { lang: "ts" }).body);
}

const sources = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" }).sort();
for (const name of sources) {
  const path = `src/${name}`;
  if (name.endsWith(".ts") && !INTERNAL.test(name)) listLiterals(path, read(path));
  if (!name.endsWith(".html")) continue;
  for (const [, text, attribute] of read(path).matchAll(TEXT_IN_HTML)) {
    const sentence = (text ?? attribute).trim();
    if (/[a-z]{2}/i.test(sentence)) print(path, sentence);
  }
}
for (const name of DATA_FILES) {
  const cells = read(`data/${name}`)
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .flatMap((line) => line.split("\t"));
  for (const cell of cells) if (/[a-z]{2,} [a-z]/i.test(cell)) print(`data/${name}`, cell);
}
