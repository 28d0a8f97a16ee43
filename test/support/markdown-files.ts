/** The project's documents as text, with their headings, for tests of references in documents and comments. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDERS = ["bench", "data", "docs", "examples", "fixtures", "packaging", "scripts", "src", "test"];

export interface TextFile {
  /** From the root, with slashes: "docs/contract.md". */
  readonly path: string;
  readonly text: string;
}

export interface Heading {
  /** Number of `#`. */
  readonly level: number;
  readonly text: string;
}

/** Returns the project's files with matching names, in its folders and the root, sorted by path. */
export function textFiles(name: RegExp): TextFile[] {
  const inRoot = readdirSync(ROOT, { withFileTypes: true });
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }),
  );
  return [...inRoot, ...inFolders]
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll("\\", "/"))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

/** Returns the headings of a document in order, without those in fenced code. */
export function headingsOf(markdown: string): Heading[] {
  return [...withoutFences(markdown).matchAll(/^(#{1,6}) +(.*?) *$/gm)].map(([, marks, text]) => ({
    level: marks.length,
    text,
  }));
}

/** Returns GitHub's anchor of a heading: lower case, spaces as hyphens, no punctuation. */
export function anchorOf({ text }: Heading): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** Returns the text without its fenced code. */
export function withoutFences(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, "");
}

/** Targets of a document's links within the project: the file from the root, and the anchor or "". */
export function linksOf({ path, text }: TextFile): { readonly file: string; readonly anchor: string }[] {
  return [...withoutFences(text).matchAll(/\]\((?![a-z]+:)([^)\s#]*)(?:#([^)\s]*))?\)/g)].map(
    ([, target, anchor = ""]) => ({
      file: target === "" ? path : normalize(join(dirname(path), target)).replaceAll("\\", "/"),
      anchor,
    }),
  );
}
