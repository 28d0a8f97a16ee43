/** Whether a reach report contains a failure: exit status 4. */

import { groupByDestination, verdictOfTargets } from "./final-targets.ts";
import { isFailure, type ReachReport } from "./reach-report.ts";

/** Whether something that was tried does not work: a product, a name, or an Apple server of an unknown product. */
export function hasFailure({ products, targets, blockedNames }: ReachReport): boolean {
  if (blockedNames.length > 0 || products.some(({ verdict }) => isFailure(verdict))) return true;
  const unnamed = targets.filter((target) => target.products.length === 0);
  return [...groupByDestination(unnamed).values()].some((place) => isFailure(verdictOfTargets(place)));
}
