/** Invariants of every target and input: no exception, no problem found by the target's check, no high cost. */
import type { FuzzTarget } from "./fuzz-target.ts";
import { CostMeter, excessOf, type InputCost } from "./input-budget.ts";

/** A cost above the budget is measured again, because compilation, garbage collection and other programs contribute. */
const ATTEMPTS = 4;

/** The result of inputs. */
export interface Examined {
  /** The problem, or null. */
  readonly problem: string | null;
  readonly cost: InputCost;
}

/**
 * Runs inputs (borrowed) through a target in one call. Never throws.
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
    // Without --expose-gc, garbage cannot be collected on demand, and counts until it is collected.
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
