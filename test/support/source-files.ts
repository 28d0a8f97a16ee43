/** The project's own source files as text, and their imports, for tests of its architecture. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const ASSEMBLY = "src/packets/kernel/assembly/";
const SOURCE_FILE = /\.(ts|mjs)$/;

export interface Import {
  /** Path from the root for a file of the project, otherwise the name of a package or Node module. */
  readonly target: string;
  readonly isTypeOnly: boolean;
  /** Imported dynamically. */
  readonly isDynamic: boolean;
}

export interface SourceFile {
  /** From the root, with slashes: "src/net/moment.ts". */
  readonly path: string;
  readonly text: string;
  /** Without comments and quoted text, except the names of imports. */
  readonly code: string;
  readonly imports: readonly Import[];
}

/** Returns all source files under a folder of the root. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE_FILE.test(entry.name))
    .map((entry) => readSource(join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll("\\", "/")))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), "utf8");
  const withStrings = withoutComments(text);
  return { path, text, code: withoutStrings(withStrings), imports: importsOf(withStrings, path) };
}

const STATIC_IMPORT = /\b(?:import|export)\s+(type\s+)?[\w\s{},*$]*?\bfrom\s*"([^"]+)"/g;
const OTHER_IMPORT = /\bimport\s*\(?\s*"([^"]+)"/g;

function importsOf(code: string, path: string): Import[] {
  const found: Import[] = [];
  for (const [, type, target] of code.matchAll(STATIC_IMPORT)) {
    found.push({ target: resolve(target, path), isTypeOnly: type !== undefined, isDynamic: false });
  }
  for (const [text, target] of code.matchAll(OTHER_IMPORT)) {
    found.push({ target: resolve(target, path), isTypeOnly: false, isDynamic: text.includes("(") });
  }
  return found;
}

/** AssemblyScript imports files without extension. */
function resolve(target: string, path: string): string {
  if (!target.startsWith(".")) return target;
  const file = path.startsWith(ASSEMBLY) ? `${target}.ts` : target;
  return normalize(join(dirname(path), file)).replaceAll("\\", "/");
}

/** Comments, or a string that may contain something similar and is kept. */
const COMMENT_OR_STRING =
  /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

function withoutComments(text: string): string {
  return text.replace(COMMENT_OR_STRING, (_, quoted: string | undefined) => quoted ?? " ");
}

function withoutStrings(code: string): string {
  return code.replace(COMMENT_OR_STRING, (_, quoted: string | undefined) =>
    quoted === undefined ? " " : '""',
  );
}
