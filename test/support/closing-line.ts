import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with lines for scripts: `failed: FILE > TEST: WHY` for each failed test, and `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    const failures = errors.map((error) => `outside of a test: ${firstLine(error)}`);
    for (const module of modules) {
      if (module.state() === "failed" && module.children.size === 0) {
        counts.failed += 1;
        failures.push(`${module.relativeModuleId}: ${firstLine(module.errors()[0])}`);
      }
      for (const test of module.children.allTests()) {
        const { state, errors: reasons } = test.result();
        counts[state] += 1;
        if (state === "failed")
          failures.push(`${module.relativeModuleId} > ${test.fullName}: ${firstLine(reasons[0])}`);
      }
    }
    // After the default reporter's own summary.
    process.on("exit", () => {
      for (const failure of failures) console.log(`failed: ${failure}`);
      console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    });
  }
}

function firstLine(error: unknown): string {
  const { message } = (error ?? {}) as Partial<Error>;
  return String(message ?? error).split("\n", 1)[0];
}
