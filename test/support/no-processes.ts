/**
 * Tests of `npm test` start no process: they need no optional program and no privileges. A test that tries to start one
 * fails, even if the tested code treats the refusal as a missing program.
 */
import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, expect } from "vitest";

const NAMES = ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"] as const;

/** Programs that a test tried to start. */
const attempts: string[] = [];

for (const name of NAMES) {
  Object.defineProperty(childProcess, name, {
    value: (program: string) => {
      attempts.push(program);
      throw new Error(
        `${name}("${program}"): tests of npm test start no process; name the file *.programs.test.ts or *.system.test.ts`,
      );
    },
  });
}
syncBuiltinESMExports();

afterEach(() => {
  expect(attempts.splice(0), "programs that the test tried to start").toEqual([]);
});
