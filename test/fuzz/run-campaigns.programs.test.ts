/** Fuzzing processes: handling of one that dies or hangs, and reproducible mutants by seed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type CampaignMessage, runCampaigns } from "../../scripts/fuzz/run-campaigns.ts";
import { readInputs, writeInputs } from "../../scripts/fuzz/saved-inputs.ts";
import { concatBytes } from "../../src/testing/builders/byte-writer.ts";

const folder = mkdtempSync(join(tmpdir(), "appleflow-campaigns-"));
afterAll(() => rmSync(folder, { recursive: true }));

const INPUTS = [Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(255)];
const HANG_MS = 1500;

/** Does what the target's name says, after writing the inputs that it works on. */
const PROGRAM = `
import { writeFileSync } from "node:fs";
process.on("message", ({ target }) => {
  writeFileSync(process.argv[3], Buffer.from("${Buffer.from(writeInputs(INPUTS)).toString("hex")}", "hex"));
  if (target === "dies") process.exit(3);
  if (target === "hangs") for (;;);
  process.send({ kind: "done", target });
});
process.on("disconnect", () => process.exit());
`;

async function messagesOf(...targets: readonly string[]): Promise<CampaignMessage[]> {
  const program = join(folder, "program.mjs");
  writeFileSync(program, PROGRAM);
  const orders = targets.map((target) => ({ target, seed: 1, mutants: 1, seconds: 1, keeps: false }));
  const messages: CampaignMessage[] = [];
  const hear = (message: CampaignMessage) => void messages.push(message);
  await runCampaigns({ program, mapFile: "none" }, orders, 1, folder, hear, HANG_MS);
  return messages;
}

it.each([
  ["dies", "ended the process (status 3)"],
  ["hangs", "is not done after 1.5 seconds"],
])(
  "the fuzzer saves the inputs of a process that %s, and continues with another one",
  async (target, problem) => {
    const [fault, done, ...more] = await messagesOf(target, "ends");
    expect(fault).toMatchObject({ kind: "fault", target, problem });
    expect(done).toMatchObject({ kind: "done", target: "ends" });
    expect(more).toEqual([]);
    const files = fault.kind === "fault" ? fault.files : [];
    expect(files.map((file) => [...readFileSync(file)])).toEqual(INPUTS.map((input) => [...input]));
    rmSync(dirname(files[0]), { recursive: true });
  },
);

it("the fuzzer reads the inputs of one call, and none left by an earlier one", () => {
  const bytes = concatBytes(writeInputs(INPUTS), [9, 9, 9, 9, 9]);
  expect(readInputs(bytes)).toEqual(INPUTS);
  expect(readInputs(new Uint8Array(0))).toEqual([]);
});

it("the fuzzer makes the same mutants from the same seed, and prints it", () => {
  const run = (seed: string) => {
    const args = ["tsx", "scripts/fuzz.ts", "--target", "http-request", "--mutants", "3000", "--seed", seed];
    const { status, stdout } = spawnSync("npx", args, { encoding: "utf8" });
    // Coverage and corpus are equal; costs differ.
    return { status, seed: stdout.split(";")[0], figures: /3000 mutants, .* blocks,/.exec(stdout)?.[0] };
  };
  const [one, again] = [run("7"), run("7")];
  expect(one).toMatchObject({ status: 0, seed: "seed 7" });
  expect(one.figures).toMatch(
    /^3000 mutants, \d+ kept \([0-9a-f]{8}\), \d+ functions, \d+ of their \d+ blocks,$/,
  );
  expect(again).toEqual(one);
});
