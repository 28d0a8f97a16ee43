/** Builds the kernel before the tests where its sources are newer than it: tests run on sources, but for this one part. */
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = join(ROOT, "src/kernel/assembly");

export default function buildKernel(): void {
  const sources = readdirSync(FOLDER).map((name) => join(FOLDER, name));
  const newest = Math.max(...[...sources, join(ROOT, "src/kernel/layout.ts")].map(timeOf));
  if (newest <= timeOf(join(ROOT, "dist/kernel.wasm"))) return;
  execFileSync("npm", ["run", "--silent", "build:kernel"], { cwd: ROOT, stdio: "inherit" });
}

/** When a file was last changed, in milliseconds since 1970; 0 for one that is not there. */
function timeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
