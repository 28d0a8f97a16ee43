/** What an input costs: CPU time and memory of this process, against what it may cost. */
import { getHeapStatistics } from "node:v8";

/** What one input may cost. */
export interface InputBudget {
  /** CPU time in milliseconds. */
  readonly cpuMs: number;
  /** Bytes by which the heap, the buffers beside it or the peak of the resident size may grow. */
  readonly memoryBytes: number;
}

/** What an input did cost. */
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

  /** What has been spent since the meter was made. */
  read(): InputCost {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const { userCPUTime: user, systemCPUTime: system, maxRSS: peak } = this.#before;
    return {
      cpuMs: (userCPUTime + systemCPUTime - user - system) / 1000,
      memoryBytes: Math.max((maxRSS - peak) * KIBIBYTE, heldBytes() - this.#held),
    };
  }
}

/** What a cost is beyond its budget, in words; null where it is within. */
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
