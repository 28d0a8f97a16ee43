/** `npm ci --omit=dev` and `npm install --global .` in a clone install a running program, or explain what is missing. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentWithoutNpm } from "./support/installed-package.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** The files that a build reads, and the program's own. */
const NEEDED = [
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "rolldown.config.ts",
  "src",
  "scripts",
  "data",
];
const env = environmentWithoutNpm();

let folder: string;
let clone: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "appleflow-clone-"));
  clone = join(folder, "clone");
  for (const path of NEEDED) cpSync(join(ROOT, path), join(clone, path), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

function prepare(): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/prepare.mjs"], {
    cwd: clone,
    env,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("installing a clone of the repository", () => {
  it("explains in one line what to do if nothing is built and development dependencies are omitted", () => {
    const { status, stdout, stderr } = prepare();
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^appleflow is not built, .*\(rolldown, .*\): run "npm ci" first; .*\n$/);
  });

  it("keeps an existing build if development dependencies are omitted", () => {
    cpSync(join(ROOT, "dist"), join(clone, "dist"), { recursive: true });
    expect(prepare()).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(existsSync(join(clone, "dist/cli/main.cjs"))).toBe(true);
    rmSync(join(clone, "dist"), { recursive: true });
  });

  it("globally builds the program, and puts it and its manual page on their paths", () => {
    symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
    const prefix = join(folder, "prefix");
    mkdirSync(prefix);
    const install = ["install", "--global", "--offline", "--prefix", prefix, "."];
    const { status, stderr } = spawnSync("npm", install, { cwd: clone, env, encoding: "utf8" });
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    const { stdout } = spawnSync(join(prefix, "bin/appleflow"), ["ports", "5223"], { env, encoding: "utf8" });
    expect(stdout).toContain("APNS");
    expect(readFileSync(join(prefix, "share/man/man1/appleflow.1"), "utf8")).toContain(".Nm appleflow");
  });
});
