import { availableParallelism } from "node:os";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

/**
 * The tests are three groups, told apart by the ends of their names; each has its command.
 *
 *   npm test                *.test.ts            in this process, nothing else needed
 *   npm run test:programs   *.programs.test.ts   start processes: tcpdump, tshark, the built program
 *   npm run test:system     *.system.test.ts     need root and Linux: network namespaces, firewalls, live capture
 *
 * docs/testing.md says which belongs where, and how long each takes.
 */
function group(
  name: string,
  options: TestProjectInlineConfiguration["test"],
): TestProjectInlineConfiguration {
  return { extends: true, test: { name, ...options } };
}

export default defineConfig({
  test: {
    globalSetup: ["test/support/fresh-build.ts"],
    setupFiles: ["test/support/fast-check-seed.ts"],
    testTimeout: 60_000,
    reporters: ["default", "./test/support/closing-line.ts"],
    coverage: { include: ["src/**"] },
    projects: [
      group("in-process", {
        include: ["test/**/*.test.ts"],
        exclude: ["test/**/*.{programs,system}.test.ts"],
        setupFiles: ["test/support/no-processes.ts"],
        maxWorkers: availableParallelism(),
        sequence: { groupOrder: 1 },
      }),
      // They measure how long something takes, or load a machine: one after the other.
      group("programs", {
        include: ["test/**/*.programs.test.ts"],
        maxWorkers: 1,
        sequence: { groupOrder: 2 },
      }),
      group("system", { include: ["test/**/*.system.test.ts"], maxWorkers: 1, sequence: { groupOrder: 3 } }),
    ],
  },
});
