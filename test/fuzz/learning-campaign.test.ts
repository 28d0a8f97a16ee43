/** The fuzzer learns: it finds faults behind several comparisons, which it does not find without feedback. */
import { expect, it } from "vitest";
import { byteTargets, type FuzzTarget } from "../../scripts/fuzz/fuzz-target.ts";
import { reached } from "../../scripts/fuzz/instrumented/counters.ts";
import type { CoverageMap } from "../../scripts/fuzz/instrumented/coverage-map.ts";
import { LearningCampaign } from "../../scripts/fuzz/learning-campaign.ts";

const SECRET = ["OPEN", "THE", "GATE"];
const MUTANTS = 20_000;
const MAP: CoverageMap = [
  { path: "secret.ts", first: 0, functions: [0, 0, 0, 0], texts: ["SHUT", ...SECRET], numbers: [] },
];

/** A reader that throws when all three words are correct; `counts` states whether it is instrumented. */
function readerOfSecret(counts: boolean): FuzzTarget {
  const run = (bytes: Uint8Array, offset: number, end: number) => {
    const text = Buffer.from(bytes).toString("latin1", offset, end);
    let right = 0;
    while (right < SECRET.length && text.startsWith(SECRET.slice(0, right + 1).join(""))) right++;
    if (counts) for (let block = 0; block <= right; block++) reached[block]++;
    if (right === SECRET.length) throw new Error("found");
    return right;
  };
  return byteTargets([{ name: "secret", samples: [new Uint8Array(8)], run }])[0];
}

async function campaignOf(target: FuzzTarget, seed: number) {
  const faults: string[] = [];
  const campaign = new LearningCampaign(target, seed, MAP, {
    begins: () => {},
    faulty: ({ inputs }) => faults.push(Buffer.from(inputs[0]).toString("latin1")),
  });
  await campaign.read([]);
  for (let i = 0; i < MUTANTS && !campaign.hasEnough; i++) await campaign.step();
  return { faults, figures: campaign.figures(), found: campaign.found.map(String) };
}

it("the fuzzer finds words one by one with coverage feedback", async () => {
  const { faults, figures } = await campaignOf(readerOfSecret(true), 1);
  expect(faults[0]).toMatch(/^OPENTHEGATE/);
  expect(figures).toMatchObject({ functions: 1, blocks: 3, blocksInFunctions: 4 });
});

it("the fuzzer does not find the words without coverage feedback", async () => {
  expect((await campaignOf(readerOfSecret(false), 1)).faults).toEqual([]);
});

it("the fuzzer makes the same mutants from the same seed", async () => {
  const [one, again, other] = [
    await campaignOf(readerOfSecret(true), 7),
    await campaignOf(readerOfSecret(true), 7),
    await campaignOf(readerOfSecret(true), 8),
  ];
  expect(again.found).toEqual(one.found);
  expect(other.found).not.toEqual(one.found);
});
