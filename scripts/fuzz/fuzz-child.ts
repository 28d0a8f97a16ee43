/**
 * The process that runs campaigns, one after the other, on request of its parent. It is bundled with coverage counters in the
 * code under test. Before each call it writes the inputs to a file, where they are found if it hangs or dies.
 */
import { openSync, readFileSync, writeSync } from "node:fs";
import { blockCount, type CoverageMap } from "./instrumented/coverage-map.ts";
import { keepInputs, keptInputs } from "./kept-corpus.ts";
import { type CampaignFigures, LearningCampaign } from "./learning-campaign.ts";
import { minimiseCorpus } from "./minimise-corpus.ts";
import { saveInputs, writeInputs } from "./saved-inputs.ts";
import { FUZZ_TARGETS } from "./targets/targets.ts";

/** An order to the process. */
export interface FuzzOrder {
  readonly target: string;
  readonly seed: number;
  /** Ends after N mutants, or N seconds. */
  readonly mutants: number;
  readonly seconds: number;
  /** Whether new inputs are kept for later campaigns. */
  readonly keeps: boolean;
}

/** Messages of the process. */
export type FuzzMessage =
  | { readonly kind: "beat" }
  | {
      readonly kind: "fault";
      readonly target: string;
      readonly problem: string;
      readonly files: readonly string[];
    }
  | {
      readonly kind: "done";
      readonly target: string;
      readonly figures: CampaignFigures;
      readonly marks: string;
    };

const BEAT_MS = 250;
/** Mutants between two turns of the event loop. */
const TURN_MUTANTS = 1024;

const [, , mapFile, inputFile] = process.argv;
const map = JSON.parse(readFileSync(mapFile, "utf8")) as CoverageMap;
const descriptor = openSync(inputFile, "w+");

function say(message: FuzzMessage): void {
  process.send?.(message);
}

let beat = performance.now();

/** Reports now and then that it is alive. */
function maybeBeat(): void {
  const now = performance.now();
  if (now - beat < BEAT_MS) return;
  beat = now;
  say({ kind: "beat" });
}

async function follow({ target: name, seed, mutants, seconds, keeps }: FuzzOrder): Promise<void> {
  const target = FUZZ_TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new Error(`there is no target ${name}`);
  const deadline = performance.now() + seconds * 1000;
  const campaign = new LearningCampaign(target, seed, map, {
    begins: (inputs) => {
      const bytes = writeInputs(inputs);
      writeSync(descriptor, bytes, 0, bytes.length, 0);
      maybeBeat();
    },
    faulty: ({ problem, inputs }) =>
      say({ kind: "fault", target: name, problem, files: saveInputs(name, inputs) }),
  });
  const kept = keptInputs(name);
  await campaign.read(kept.map(({ bytes }) => bytes));
  for (let made = 0; made < mutants && !campaign.hasEnough; made += target.batch) {
    await campaign.step();
    if (performance.now() >= deadline) break;
    // Sent messages are only processed between turns.
    if (made % TURN_MUTANTS < target.batch) await new Promise((resolve) => setImmediate(resolve));
  }
  const figures = campaign.figures();
  const marks = Buffer.from(campaign.coverage.marks.subarray(0, blockCount(map))).toString("base64");
  if (keeps) {
    const found = campaign.found.map((bytes) => ({ bytes, fault: null }));
    keepInputs(name, await minimiseCorpus(target, map, [...kept, ...found]));
  }
  say({ kind: "done", target: name, figures, marks });
}

// The parent has no more orders, or is gone.
process.on("disconnect", () => process.exit());
process.on("message", (order: FuzzOrder) => void follow(order));
