/**
 * The last step of `npm run build`, on the declarations in `dist/types`. Deletes those that the public interface does not
 * reach, so that the package contains only what its users' compilers read. Imports get the extension ".js", which every
 * module resolution supports; the compiler leaves ".ts".
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import manifest from "../package.json" with { type: "json" };

const FOLDER = "dist/types";
const IMPORT = /((?:\bfrom|\bimport\()\s*"\.[^"]+)\.ts"/g;

const kept = new Set<string>();
for (const target of Object.values(manifest.exports))
  if (typeof target !== "string") keep(resolve(target.types));

for (const entry of readdirSync(FOLDER, { recursive: true, withFileTypes: true })) {
  const file = resolve(entry.parentPath, entry.name);
  if (entry.isFile() && !kept.has(file)) rmSync(file);
}
removeEmptyFolders(FOLDER);

/** Keeps a declaration file and everything it imports; throws if one of these is missing. */
function keep(file: string): void {
  if (kept.has(file)) return;
  kept.add(file);
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replaceAll(IMPORT, '$1.js"'));
  for (const [, begin] of text.matchAll(IMPORT)) {
    const path = resolve(dirname(file), `${begin.slice(begin.indexOf('"') + 1)}.d.ts`);
    if (!existsSync(path)) throw new Error(`${file} needs ${path}, which is not there`);
    keep(path);
  }
}

function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}
