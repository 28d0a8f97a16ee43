/** The cost of an input: CPU time and memory of this process, compared with its budget. */
import { getHeapStatistics } from "node:v8";

/** The budget of one input. */
export interface InputBudget {
  /** CPU time in milliseconds. */
  readonly cpuMs: number;
  /** Allowed growth in bytes of the heap, of external buffers, or of the peak resident size. */
  readonly memoryBytes: number;
}

/** The measured cost of an input. */
export interface InputCost {
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

const KIBIBYTE = 1 << 10;
const MEBIBYTE = 1 << 20;

/** Costs of this process so far. */
export class CostMeter {
  readonly #before = process.resourceUsage();
  readonly #held = heldBytes();

  /** Returns the costs since the meter was created. */
  read(): InputCost {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const { userCPUTime: user, systemCPUTime: system, maxRSS: peak } = this.#before;
    return {
      cpuMs: (userCPUTime + systemCPUTime - user - system) / 1000,
      memoryBytes: Math.max((maxRSS - peak) * KIBIBYTE, heldBytes() - this.#held),
    };
  }
}

/** Describes how a cost exceeds its budget; null if it does not. */
export function excessOf(cost: InputCost, budget: InputBudget): string | null {
  if (cost.cpuMs > budget.cpuMs) {
    return `took ${Math.round(cost.cpuMs)} ms of CPU time, ${budget.cpuMs} are allowed`;
  }
  if (cost.memoryBytes > budget.memoryBytes) {
    const [taken, allowed] = [cost.memoryBytes, budget.memoryBytes].map((n) => Math.round(n / MEBIBYTE));
    return `took ${taken} MiB of memory, ${allowed} are allowed`;
  }
  return null;
}

function heldBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}
