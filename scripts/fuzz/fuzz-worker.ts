/** A thread that examines every so-manieth group of mutants; the one beside it watches that none takes too long. */
import { parentPort, workerData } from "node:worker_threads";
import { MutantMaker } from "./mutant.ts";
import { examineGroup, type Failure, GROUP_LENGTH } from "./mutant-groups.ts";

/** What a worker is told. */
export interface FuzzTask {
  readonly seed: number;
  /** Its first group. */
  readonly first: number;
  readonly step: number;
  /** Groups with this number and above are not examined. */
  readonly end: number;
  /** When to stop (milliseconds since 1970). */
  readonly deadline: number;
  /** Where it writes the number of the group that it is at, and how many mutants it has examined. */
  readonly progress: SharedArrayBuffer;
}

/** What a worker says. */
export type FuzzReport = Failure | "ended";

const { seed, first, step, end, deadline, progress } = workerData as FuzzTask;
const counters = new Int32Array(progress);
const maker = new MutantMaker();
for (let group = first; group < end && Date.now() < deadline; group += step) {
  Atomics.store(counters, 0, group);
  const failure = await examineGroup(maker, seed, group);
  if (failure !== null) parentPort?.postMessage(failure satisfies FuzzReport);
  Atomics.add(counters, 1, GROUP_LENGTH);
}
parentPort?.postMessage("ended" satisfies FuzzReport);
