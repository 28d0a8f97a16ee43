/** Whether a report on reach says that something does not work: exit status 4. */
import { isFailure, type ReachReport } from "./reach-report.ts";
import { groupByPlace, verdictOfTargets } from "./settled-targets.ts";

/**
 * Whether something that was tried does not work: a product, a name, or a server of Apple's of which no product is known.
 */
export function hasFailure({ products, targets, blockedNames }: ReachReport): boolean {
  if (blockedNames.length > 0 || products.some(({ verdict }) => isFailure(verdict))) return true;
  const unnamed = targets.filter((target) => target.products.length === 0);
  return [...groupByPlace(unnamed).values()].some((place) => isFailure(verdictOfTargets(place)));
}
