/** Derives the result for each product from targets and blocked names, including what it needs besides one port. */
import type { Product } from "../../knowledge/port-list/product.ts";
import type { ServiceTable } from "../../knowledge/port-list/service-table.ts";
import { groupByDestination, verdictOfTargets } from "./final-targets.ts";
import type { ProductNeed } from "./product-needs.ts";
import {
  type BlockedName,
  isExcused,
  isFailure,
  type ReachNeed,
  type ReachProduct,
  type ReachTarget,
  type ReachVerdict,
} from "./reach-report.ts";
import { sumCounts } from "./verdict-counts.ts";

/** Products that were tried or had a name blocked, failing ones first, then by name. In steps of one product each. */
export function* buildProducts(
  services: ServiceTable,
  needs: readonly ProductNeed[],
  targets: readonly ReachTarget[],
  blocked: readonly BlockedName[],
): Generator<void, readonly ReachProduct[]> {
  const targetsOf = groupByProduct(targets);
  const blockedOf = groupByProduct(blocked);
  const products: ReachProduct[] = [];
  for (const product of [...services.products, ...services.offListProducts]) {
    const mine = targetsOf.get(product.name) ?? [];
    const names = blockedOf.get(product.name) ?? [];
    if (mine.length === 0 && names.length === 0) continue;
    yield;
    products.push(buildProduct(product, mine, names, findNeeds(product, needs, targets)));
  }
  return products.sort(compareProducts);
}

/** Groups items that may belong to a product by its name, keeping their order. */
function groupByProduct<T extends { readonly products: readonly string[] }>(
  all: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    for (const name of one.products) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [one]);
      else group.push(one);
    }
  }
  return groups;
}

/** A need with the targets that show it. */
interface ShownNeed extends ReachNeed {
  readonly isInstead: boolean;
  readonly targets: readonly ReachTarget[];
}

function buildProduct(
  { name, kind, family }: Product,
  targets: readonly ReachTarget[],
  blocked: readonly BlockedName[],
  needs: readonly ShownNeed[],
): ReachProduct {
  const blockedNames = [...new Set(blocked.map(({ name: blockedName }) => blockedName))];
  const own = targets.filter(({ products }) => products.length === 1);
  const shared = targets.filter(({ products }) => products.length > 1);
  const missing = findMissing(needs);
  const named = own.length > 0 ? own : shared;
  const deciding = missing.length > 0 ? missing.flatMap((need) => need.targets) : named;
  const verdict = decide(deciding, missing, blockedNames);
  const effects = new Set(missing.map(({ effect }) => effect));
  return {
    product: name,
    kind,
    family,
    verdict,
    possible: verdict !== "name-blocked" && deciding.every(({ products }) => products.length !== 1),
    attempts: {
      own: Object.fromEntries(sumCounts(own.map(({ attempts }) => attempts))),
      shared: Object.fromEntries(sumCounts(shared.map(({ attempts }) => attempts))),
    },
    clients: clientsOf(deciding, blocked),
    meaning: effects.size === 0 ? null : [...effects].join("; "),
    needs: needs.map(({ what, transport, ports, verdict: met, effect }) => ({
      what,
      transport,
      ports,
      verdict: met,
      effect: isFailure(met) ? effect : null,
    })),
    blockedNames,
  };
}

/** Needs that failed; the fallback counts only if none of the others works. */
function findMissing(needs: readonly ShownNeed[]): readonly ShownNeed[] {
  const isOtherWorking = needs.some(({ isInstead, verdict }) => !isInstead && verdict === "works");
  return needs.filter(({ isInstead, verdict }) => isFailure(verdict) && !(isInstead && isOtherWorking));
}

/** Failures outweigh successes: each host and port counts by itself, as one that works does not excuse another. */
function decide(
  targets: readonly ReachTarget[],
  missing: readonly ShownNeed[],
  blockedNames: readonly string[],
): ReachVerdict {
  if (missing.length > 0) {
    const failing = targets.filter((target) => isFailure(target.verdict) && !isExcused(target));
    return verdictOfTargets(failing);
  }
  const places = [...groupByDestination(targets).values()];
  const verdicts = places.map(verdictOfTargets);
  const failing = mostOf(verdicts.filter(isFailure));
  if (failing !== null) return failing;
  if (blockedNames.length > 0) return "name-blocked";
  if (isMostlyFallenBack(places)) return "fell-back";
  for (const verdict of [
    "works",
    "answered",
    "connected",
    "fell-back",
    "one-direction",
    "unclear",
  ] as const) {
    if (verdicts.includes(verdict)) return verdict;
  }
  return "never-tried";
}

/** Maximum number of failing clients that are named. */
const MAX_CLIENTS = 20;

function clientsOf(
  targets: readonly ReachTarget[],
  blocked: readonly BlockedName[],
): ReachProduct["clients"] {
  const failing = new Set(blocked.map(({ client }) => client));
  for (const place of groupByDestination(targets).values())
    if (isFailure(verdictOfTargets(place))) failing.add(place[0].client);
  const all = new Set([...targets, ...blocked].map(({ client }) => client));
  return { all: all.size, failing: failing.size, failingFirst: [...failing].sort().slice(0, MAX_CLIENTS) };
}

/** Whether at least half of the clients fell back to another way at some place. */
function isMostlyFallenBack(places: readonly (readonly ReachTarget[])[]): boolean {
  const clients = new Set(places.map(([{ client }]) => client));
  const fallen = places.filter((place) => verdictOfTargets(place) === "fell-back");
  return fallen.length > 0 && new Set(fallen.map(([{ client }]) => client)).size * 2 >= clients.size;
}

/** The most frequent verdict; the first one if several are equally frequent. */
function mostOf(verdicts: readonly ReachVerdict[]): ReachVerdict | null {
  const counts = new Map<ReachVerdict, number>();
  for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  let best: ReachVerdict | null = null;
  for (const [verdict, count] of counts) {
    if (best === null || count > (counts.get(best) ?? 0)) best = verdict;
  }
  return best;
}

function findNeeds(
  product: Product,
  needs: readonly ProductNeed[],
  targets: readonly ReachTarget[],
): readonly ShownNeed[] {
  return needs
    .filter((need) => need.product === product)
    .map((need) => {
      const shown = targets.filter(
        ({ transport, port, products }) =>
          transport === need.transport &&
          need.ports.some(({ first, last }) => first <= port && port <= last) &&
          products.some((name) => need.shownBy.has(name)),
      );
      const places = [...groupByDestination(shown).values()].map(verdictOfTargets);
      const verdict = mostOf(places.filter(isFailure)) ?? verdictOfTargets(shown);
      return {
        what: need.what,
        transport: need.transport,
        ports: need.portText,
        verdict,
        effect: need.effect,
        isInstead: need.insteadOf !== null,
        targets: shown,
      };
    });
}

/** Failing before working, certain before possible, then by name. */
function compareProducts(a: ReachProduct, b: ReachProduct): number {
  const order =
    Number(isFailure(b.verdict)) - Number(isFailure(a.verdict)) || Number(a.possible) - Number(b.possible);
  if (order !== 0) return order;
  return a.product < b.product ? -1 : 1;
}
