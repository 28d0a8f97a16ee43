/**
 * Run by npm after an installation of the project itself: builds it. The build tools are development dependencies; without
 * them (`npm ci --omit=dev`) an existing build is kept, otherwise a message explains what to do.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const TOOLS = ["rolldown", "assemblyscript", "binaryen", "typescript", "tsx"];
const BUILT = ["dist/cli/main.cjs", "dist/lib/index.js", "dist/kernel.wasm"];

const missing = TOOLS.filter((name) => !existsSync(`${ROOT}node_modules/${name}`));
if (missing.length === 0) {
  console.error("Building appleflow; this takes some ten seconds.");
  const { status, stdout, error } = spawnSync("npm", ["run", "--silent", "build"], {
    cwd: ROOT,
    // The bundler lists a hundred files here, the compiler its errors.
    stdio: ["inherit", "pipe", "inherit"],
    shell: true,
  });
  if (status !== 0) process.stderr.write(error === undefined ? stdout : `${error.message}\n`);
  process.exitCode = status ?? 1;
} else if (!BUILT.every((path) => existsSync(ROOT + path))) {
  console.error(
    `appleflow is not built, and what builds it is not installed (${missing.join(", ")}): run "npm ci" first; ` +
      'afterwards "npm prune --omit=dev" leaves only what it runs with',
  );
  process.exitCode = 1;
}
