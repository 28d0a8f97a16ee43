/** A few mutants for every reader of payload; `npm run fuzz:evidence` runs more. */
import { describe, expect, it } from "vitest";
import { examineTarget } from "../../../scripts/fuzz-evidence/examine-target.ts";
import { FUZZ_TARGETS } from "../../../scripts/fuzz-evidence/targets.ts";

const SEED = 20_261_123;
const MUTANTS = 400;

describe("mutants", () => {
  it.each(FUZZ_TARGETS)(
    "of $name neither throw, nor tell of what lies around them, nor take long",
    (target) => {
      expect(examineTarget(target, SEED, 0, MUTANTS)).toMatchObject({ mutants: MUTANTS, problems: [] });
    },
  );

  it("that read past the end are noticed", () => {
    const careless = {
      name: "careless",
      samples: [Uint8Array.of(1, 2, 3, 4)],
      run: (bytes: Uint8Array, _: number, end: number) => bytes[end],
    };
    expect(examineTarget(careless, SEED, 0, 50).problems.length).toBeGreaterThan(5);
  });
});
