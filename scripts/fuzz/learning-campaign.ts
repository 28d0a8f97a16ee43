/** Mutates the inputs of one target, and keeps those that reach new code, to mutate them further. */
import { SeededRandom } from "../fixtures/seeded-random.ts";
import { examineInputs } from "./examine-input.ts";
import { type FuzzTarget, hashOf } from "./fuzz-target.ts";
import { type CoverageFigures, type CoverageMap, figuresOf, wordsOf } from "./instrumented/coverage-map.ts";
import { ObservedCoverage } from "./instrumented/observed-coverage.ts";
import { mutantOf } from "./mutations/mutation.ts";

/** Failures after which a target is abandoned. */
const MOST_FAULTS = 5;
/** Larger inputs are not kept for mutation, because they take the time of many. */
const MOST_KEPT_BYTES = 16_000;
/** With this probability (percent), one of the N most recently found inputs is chosen. */
const RECENT = 16;
const RECENT_PERCENT = 40;

/** Failing inputs of one call, and the problem. */
export interface Fault {
  readonly problem: string;
  readonly inputs: readonly Uint8Array[];
}

/** The result of a campaign. */
export interface CampaignFigures extends CoverageFigures {
  readonly mutants: number;
  /** Inputs with new coverage. */
  readonly found: number;
  /** A number that identifies these inputs: the same seed gives the same number. */
  readonly digest: number;
  readonly faults: number;
  /** The highest costs of one call. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** Callbacks of a running campaign. */
export interface CampaignObserver {
  /** Before each call. `inputs` is borrowed. */
  readonly begins: (inputs: readonly Uint8Array[]) => void;
  readonly faulty: (fault: Fault) => void;
}

/** A campaign of one target; the same seed gives the same mutants in the same order. */
export class LearningCampaign {
  readonly coverage: ObservedCoverage;
  /** Inputs with new coverage, in the order in which they were found; borrowed. */
  readonly found: Uint8Array[] = [];
  readonly #target: FuzzTarget;
  readonly #map: CoverageMap;
  readonly #random: SeededRandom;
  readonly #observer: CampaignObserver;
  #words: readonly Uint8Array[] = [];
  #mutants = 0;
  #faults = 0;
  #cpuMs = 0;
  #memoryBytes = 0;

  constructor(target: FuzzTarget, seed: number, map: CoverageMap, observer: CampaignObserver) {
    this.#target = target;
    this.#map = map;
    this.#observer = observer;
    this.coverage = new ObservedCoverage(map, target.batch === 1);
    this.#random = new SeededRandom(Math.imul(seed, 0x9e37_79b1) ^ hashOf(Buffer.from(target.name)));
  }

  get hasEnough(): boolean {
    return this.#faults >= MOST_FAULTS;
  }

  /** Runs the samples unchanged, and the kept inputs, which are then mutated like new ones. */
  async read(kept: readonly Uint8Array[]): Promise<void> {
    const { batch, samples } = this.#target;
    for (let i = 0; i < samples.length; i += batch) await this.#try(samples.slice(i, i + batch), false);
    for (const input of kept) {
      await this.#try([input], false);
      this.found.push(input);
    }
    this.#words = wordsOf(this.#map, this.coverage.marks, this.#target.isText);
  }

  /** Makes mutants for one call and runs them. */
  async step(): Promise<void> {
    const mutants = Array.from({ length: this.#target.batch }, () => this.#mutant());
    this.#mutants += mutants.length;
    await this.#try(mutants, true);
  }

  figures(): CampaignFigures {
    return {
      ...figuresOf(this.#map, this.coverage.marks),
      mutants: this.#mutants,
      found: this.found.length,
      digest: hashOf(Uint32Array.from(this.found, hashOf)),
      faults: this.#faults,
      cpuMs: this.#cpuMs,
      memoryBytes: this.#memoryBytes,
    };
  }

  /** Runs inputs in one call; if that fails or, with the intent to find, has new coverage, each of them alone. */
  async #try(inputs: readonly Uint8Array[], finds: boolean): Promise<void> {
    const problem = await this.#run(inputs);
    const isNew = this.coverage.isNew();
    if (problem === null && !isNew) return;
    const faults = this.#faults;
    if (inputs.length === 1) {
      if (problem === null) this.coverage.add();
      if (problem === null && finds) this.#find(inputs[0]);
    } else if (problem !== null || finds) {
      const blocks = this.coverage.blocks();
      for (const input of inputs) await this.#try([input], finds);
      // Coverage that only the combination reaches is not mutated, but does not count as new again.
      if (problem === null) this.coverage.mark(blocks);
    } else this.coverage.add();
    if (problem !== null && this.#faults === faults) this.#fail({ problem, inputs });
  }

  #find(input: Uint8Array): void {
    if (input.length > 0 && input.length <= MOST_KEPT_BYTES) this.found.push(input.slice());
  }

  async #run(inputs: readonly Uint8Array[]): Promise<string | null> {
    this.#observer.begins(inputs);
    const { problem, cost } = await examineInputs(this.#target, inputs, () => this.coverage.begin());
    this.#cpuMs = Math.max(this.#cpuMs, cost.cpuMs);
    this.#memoryBytes = Math.max(this.#memoryBytes, cost.memoryBytes);
    return problem;
  }

  #fail(fault: Fault): void {
    this.#faults++;
    this.#observer.faulty(fault);
  }

  #mutant(): Uint8Array {
    const random = this.#random;
    const { mutations, samples } = this.#target;
    const other = () =>
      random.percent(70) && this.found.length > 0 ? random.pick(this.found) : random.pick(samples);
    const isRecent = this.found.length > 0 && random.percent(RECENT_PERCENT);
    const original = isRecent ? random.pick(this.found.slice(-RECENT)) : other();
    return mutantOf(original, mutations, { random, words: this.#words, other });
  }
}
