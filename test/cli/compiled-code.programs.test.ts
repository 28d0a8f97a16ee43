/** Compiled code is stored and reused, and changes nothing but the time taken. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const CAPTURE = "fixtures/office-morning.pcapng";

let caches: string;
let folder: string;
beforeEach(() => {
  caches = mkdtempSync(join(tmpdir(), "appleflow-caches-"));
  folder = join(caches, "appleflow", `${process.version}-${process.arch}`);
});
afterEach(() => rmSync(caches, { recursive: true }));

function appleflow(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; node?: readonly string[] } = {},
) {
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...(options.node ?? []), "dist/cli/main.cjs", ...args],
    { encoding: "utf8", env: { ...env, XDG_CACHE_HOME: caches, ...options.env } },
  );
  return { status, stdout, stderr };
}

const summarize = (options = {}) => appleflow(["summarize", CAPTURE], options);
const kept = () => (existsSync(folder) ? readdirSync(folder).sort() : []);

describe.skipIf(process.platform !== "linux")("compiled code", () => {
  it("is stored by the first run of a command and reused by the next, which writes nothing", () => {
    const first = summarize();
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(kept()).toEqual([expect.stringMatching(/^start-.*\.cjs\.summarize$/)]);
    const [file] = kept();
    const { ino } = statSync(join(folder, file));
    expect(summarize()).toEqual(first);
    expect(statSync(join(folder, file)).ino).toBe(ino);
    appleflow(["--version"]);
    expect(kept().map((name) => name.replace(/^.*\./, ""))).toEqual(["help", "summarize"]);
  });

  it("is rebuilt if it was made with other flags, is truncated or is something else", () => {
    const first = summarize();
    const path = join(folder, kept()[0]);
    const whole = readFileSync(path);
    for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.from("[]\n"), Buffer.from("nonsense")]) {
      writeFileSync(path, bytes);
      expect(summarize()).toEqual(first);
      expect(statSync(path).size).toBeGreaterThan(whole.length / 2);
    }
    expect(summarize({ node: ["--no-opt"] })).toEqual(first);
    expect(summarize()).toEqual(first);
  });

  it("is not stored for a command that does not exist", () => {
    expect(appleflow(["sumarize"]).status).toBe(1);
    expect(kept()).toEqual([]);
  });

  it("is silently not stored when disabled or when nothing can be written", () => {
    const expected = { status: 0, stderr: "" };
    expect(summarize({ env: { NODE_DISABLE_COMPILE_CACHE: "1" } })).toMatchObject(expected);
    expect(summarize({ env: { XDG_CACHE_HOME: "/proc/none/here" } })).toMatchObject(expected);
    expect(kept()).toEqual([]);
  });
});
