/** Every target accepts its samples, its corpus, and a few mutants; `npm run fuzz` runs more, with coverage feedback. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../scripts/fixtures/seeded-random.ts";
import { examineInputs } from "../../scripts/fuzz/examine-input.ts";
import { byteTargets, type FuzzTarget } from "../../scripts/fuzz/fuzz-target.ts";
import { CORPUS_FOLDER, keptInputs } from "../../scripts/fuzz/kept-corpus.ts";
import { mutantOf } from "../../scripts/fuzz/mutations/mutation.ts";
import { FUZZ_TARGETS } from "../../scripts/fuzz/targets/targets.ts";

const SEED = 20_261_123;
const MUTANTS = 100;

/** Returns the problems with inputs, as many per call as the target accepts. */
async function problemsOf(target: FuzzTarget, inputs: readonly Uint8Array[]): Promise<string[]> {
  const problems: string[] = [];
  for (let i = 0; i < inputs.length; i += target.batch) {
    const { problem } = await examineInputs(target, inputs.slice(i, i + target.batch));
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

function mutantsOf({ samples, mutations }: FuzzTarget): Uint8Array[] {
  const random = new SeededRandom(SEED);
  const other = () => random.pick(samples);
  return Array.from({ length: MUTANTS }, () => mutantOf(other(), mutations, { random, words: [], other }));
}

describe.each(FUZZ_TARGETS)("the fuzz target $name", (target) => {
  it("accepts its corpus", async () => {
    expect(
      await problemsOf(
        target,
        keptInputs(target.name).map(({ bytes }) => bytes),
      ),
    ).toEqual([]);
  });

  it("accepts mutants", async () => {
    expect(await problemsOf(target, mutantsOf(target))).toEqual([]);
  });
});

describe("the fuzz corpus", () => {
  const files = readdirSync(CORPUS_FOLDER);

  it("has folders of existing targets only", () => {
    expect(files.filter((file) => !FUZZ_TARGETS.some(({ name }) => file === `${name}.txt`))).toEqual([]);
  });

  it("is small", () => {
    const bytes = files.map((file) => statSync(join(CORPUS_FOLDER, file)).size).reduce((a, b) => a + b, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(200_000);
  });
});

describe("a fuzz target", () => {
  const input = [Uint8Array.of(1, 2, 3, 4)];
  const problemOf = async (run: (bytes: Uint8Array, offset: number, end: number) => unknown) => {
    const [target] = byteTargets([{ name: "careless", samples: input, run }]);
    return (await examineInputs(target, input)).problem;
  };

  it("without faults has no problem", async () => {
    expect(await problemOf((bytes, offset, end) => bytes.slice(offset, end))).toBeNull();
  });

  it("that reads past the end is reported", async () => {
    expect(await problemOf((bytes, _, end) => bytes[end])).toMatch("other bytes around it");
  });

  it("that throws is reported", async () => {
    expect(await problemOf((bytes) => bytes.at(-1)?.toFixed(200))).toMatch(/^threw RangeError/);
  });

  it("that uses much CPU time is reported", async () => {
    const usedMs = () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    };
    const spin = () => {
      for (const end = usedMs() + 150; usedMs() < end; );
    };
    expect(await problemOf(spin)).toMatch(/^took \d+ ms of CPU time, 250 are allowed$/);
  });

  it("that allocates much memory is reported", async () => {
    const held: Uint8Array[] = [];
    const hold = () => {
      // More than garbage collection of others can free at the same time.
      held.push(new Uint8Array(160 << 20));
      return held.at(-1)?.length;
    };
    expect(await problemOf(hold)).toMatch(/^took \d+ MiB of memory, 32 are allowed$/);
  });
});
