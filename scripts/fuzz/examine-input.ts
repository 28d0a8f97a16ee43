/** What must hold for every target and every input: no throw, nothing that the target's check finds, no high cost. */
import type { FuzzTarget } from "./fuzz-target.ts";
import { CostMeter, excessOf, type InputCost } from "./input-budget.ts";

/** A cost above the budget is measured again: compilers, collectors of garbage and other programs take their part. */
const ATTEMPTS = 4;

/** What came of inputs. */
export interface Examined {
  /** What is wrong, or null. */
  readonly problem: string | null;
  readonly cost: InputCost;
}

/**
 * Runs inputs (borrowed) through a target, as one call. Never throws.
 *
 * @param begin is called before each attempt
 */
export async function examineInputs(
  target: FuzzTarget,
  inputs: readonly Uint8Array[],
  begin: () => void = () => {},
): Promise<Examined> {
  for (let attempt = 1; ; attempt++) {
    begin();
    const meter = new CostMeter();
    const problem = await problemOf(target, inputs);
    const cost = meter.read();
    if (problem !== null) return { problem, cost };
    const excess = excessOf(cost, target.budget);
    if (excess === null || attempt === ATTEMPTS) return { problem: excess, cost };
    // Without --expose-gc nobody collects; then what is left of before counts only until it is.
    globalThis.gc?.();
  }
}

async function problemOf(target: FuzzTarget, inputs: readonly Uint8Array[]): Promise<string | null> {
  try {
    const problem = target.examine(inputs);
    return problem instanceof Promise ? await problem : problem;
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}
