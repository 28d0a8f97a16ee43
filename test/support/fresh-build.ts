/**
 * Builds before the tests if a source is newer than its build: the kernel is WebAssembly even when running from sources, and
 * tests of whole processes run the program, and pack the package, as users have them.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BUILT = ["dist/cli/main.cjs", "dist/lib/index.js", "dist/kernel.wasm", "dist/types/index.d.ts"];

export default function build(): void {
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true });
  const times = sources.map(({ parentPath, name }) => timeOf(join(parentPath, name)));
  const built = BUILT.map((path) => timeOf(join(ROOT, path)));
  if (Math.max(...times) <= Math.min(...built)) return;
  execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
}

/** Returns when a file was last changed, in milliseconds since 1970; 0 if it does not exist. */
function timeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
