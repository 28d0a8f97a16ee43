/**
 * Lines of the reach report: one per product or, if attempts may be of several products, one for what these have in common.
 * Each target and each name is in exactly one entry, so that no two lines contradict each other about an attempt.
 */

import { groupByDestination, verdictOfTargets } from "./final-targets.ts";
import {
  type BlockedName,
  isExcused,
  isFailure,
  type ReachProduct,
  type ReachReport,
  type ReachTarget,
  type ReachVerdict,
  type VerdictCounts,
} from "./reach-report.ts";

/** One line. */
export interface ReachGroup {
  readonly label: string;
  readonly verdict: ReachVerdict;
  readonly counts: readonly VerdictCounts[];
  /** Number of clients that tried it. */
  readonly clients: number;
}

/** One line, with the data behind it. */
export interface ReachEntry extends ReachGroup {
  /** Empty if unknown. */
  readonly products: readonly string[];
  readonly isFailing: boolean;
  /** If something fails: the outcome for clients for whom nothing fails; null if there are none. */
  readonly others: ReachGroup | null;
  /** Clients for whom something fails, sorted. */
  readonly failingClients: readonly string[];
  /** Failing targets. */
  readonly targets: readonly ReachTarget[];
  readonly names: readonly BlockedName[];
  /** In plain words for users; if no product is known, what the port is listed for; or null. */
  readonly meaning: string | null;
}

/** Maximum number of candidate products of a flow that are all named. */
const MOST_NAMED = 3;
/** Maximum number of names shown per service. */
const SHOWN_NAMES = 2;

/** Returns the entries in report order: failing ones first. */
export function reachEntries(report: ReachReport): readonly ReachEntry[] {
  const groups = new Map<string, { targets: ReachTarget[]; names: BlockedName[] }>();
  const placeOf = (key: string) => {
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group = { targets: [], names: [] };
    groups.set(key, group);
    return group;
  };
  for (const target of report.targets) placeOf(keyOf(target)).targets.push(target);
  for (const name of report.blockedNames) placeOf(keyOfName(name)).names.push(name);
  const entries = [...groups].map(([key, { targets, names }]) => {
    const products = productsOf(key, targets, names);
    const product =
      products.length === 1 ? report.products.find((one) => one.product === products[0]) : undefined;
    return product === undefined
      ? entryOfShared(products, targets, names)
      : entryOfProduct(product, targets, names);
  });
  // A product whose needs are shown by other products' attempts has no attempt of its own.
  const named = new Set(entries.flatMap(({ products }) => (products.length === 1 ? products : [])));
  for (const product of report.products) {
    const isByNeeds = isFailure(product.verdict) && product.meaning !== null;
    if (isByNeeds && !named.has(product.product)) entries.push(entryOfProduct(product, [], []));
  }
  return entries.sort(compareEntries);
}

function entryOfProduct(
  product: ReachProduct,
  targets: readonly ReachTarget[],
  names: readonly BlockedName[],
): ReachEntry {
  const isMissing = product.meaning !== null && isFailure(product.verdict);
  const shared = entryOfShared([product.product], targets, names);
  return {
    ...shared,
    verdict: isMissing || shared.isFailing === isFailure(product.verdict) ? product.verdict : shared.verdict,
    isFailing: isMissing || shared.isFailing,
    meaning: product.meaning,
  };
}

function entryOfShared(
  products: readonly string[],
  targets: readonly ReachTarget[],
  names: readonly BlockedName[],
): ReachEntry {
  const failing = [...groupByDestination(targets).values()].filter((place) =>
    isFailure(verdictOfTargets(place)),
  );
  const clients = new Set([...targets, ...names].map(({ client }) => client));
  const failingClients = new Set([
    ...failing.flatMap((place) => place.map(({ client }) => client)),
    ...names.map(({ client }) => client),
  ]);
  const failed = failing.flat().filter(fails);
  const label = labelOf(products, targets, names);
  const others = targets.filter(({ client }) => !failingClients.has(client));
  return {
    label,
    products,
    others: failingClients.size === 0 || others.length === 0 ? null : groupOf(label, others),
    verdict: failing[0]?.find(fails)?.verdict ?? (names.length > 0 ? "name-blocked" : bestOf(targets)),
    isFailing: failing.length + names.length > 0,
    counts: targets.map(({ attempts }) => attempts),
    clients: clients.size,
    failingClients: [...failingClients].sort(),
    targets: failed,
    names,
    meaning: possibleMeaning(failed),
  };
}

function groupOf(label: string, targets: readonly ReachTarget[]): ReachGroup {
  return {
    label,
    verdict: bestOf(targets),
    counts: targets.map(({ attempts }) => attempts),
    clients: new Set(targets.map(({ client }) => client)).size,
  };
}

function fails(target: ReachTarget): boolean {
  return isFailure(target.verdict) && !isExcused(target);
}

/** Verdicts of targets that do not fail, best first. */
const ORDER: readonly ReachVerdict[] = [
  "fell-back",
  "works",
  "answered",
  "connected",
  "one-direction",
  "unclear",
];

function bestOf(targets: readonly ReachTarget[]): ReachVerdict {
  const verdicts = new Set(targets.map(settledVerdict));
  return ORDER.find((verdict) => verdicts.has(verdict)) ?? "unclear";
}

function settledVerdict({ verdict, fellBackTo }: ReachTarget): ReachVerdict {
  if (fellBackTo !== null) return "fell-back";
  return isFailure(verdict) ? "unclear" : verdict;
}

function keyOf({ products, transport, port }: ReachTarget): string {
  if (products.length > 0 && products.length <= MOST_NAMED) return JSON.stringify([...products].sort());
  return `${transport} ${port} ${products.length === 0 ? "" : JSON.stringify([...products].sort())}`;
}

/** "the port is listed for FaceTime or Game Center", a possibility without evidence; null if the list has no product. */
export function listedForText(targets: readonly Pick<ReachTarget, "listedFor">[]): string | null {
  const products = new Set(targets.flatMap(({ listedFor }) => listedFor.map(({ product }) => product)));
  return products.size === 0 ? null : `the port is listed for ${[...products].join(" or ")}`;
}

/** Possible effects on users if the product is unknown. */
function possibleMeaning(targets: readonly ReachTarget[]): string | null {
  const effects = new Map(
    targets.flatMap(({ listedFor }) => listedFor.map(({ product, effect }) => [product, effect])),
  );
  const known = [...effects].flatMap(([product, effect]) =>
    effect === null ? [] : [`if it is ${product}, ${effect}`],
  );
  const listedFor = listedForText(targets);
  return listedFor === null ? null : [listedFor, ...known].join("; ");
}

function keyOfName({ products, name }: BlockedName): string {
  return products.length > 0 && products.length <= MOST_NAMED
    ? JSON.stringify([...products].sort())
    : `name ${name}`;
}

function productsOf(
  key: string,
  targets: readonly ReachTarget[],
  names: readonly BlockedName[],
): readonly string[] {
  if (key.startsWith("[")) return JSON.parse(key) as string[];
  return targets[0]?.products ?? names[0]?.products ?? [];
}

function labelOf(
  products: readonly string[],
  targets: readonly ReachTarget[],
  blocked: readonly BlockedName[],
): string {
  if (products.length > 0 && products.length <= MOST_NAMED) return products.join(" or ");
  const names = [...new Set([...targets, ...blocked].flatMap(({ name }) => name ?? []))];
  const addresses = [...new Set(targets.map(({ address }) => address))];
  const known = names.length > 0 ? names : addresses;
  const more = known.length > SHOWN_NAMES ? ` and ${known.length - SHOWN_NAMES} more` : "";
  const shown = `${known.slice(0, SHOWN_NAMES).join(", ")}${more}`;
  const [target] = targets;
  const service = target === undefined ? "" : `${target.port}/${target.transport} `;
  const whose = products.length === 0 ? "Apple's, product unknown" : `one of ${products.length} products`;
  return `${service}${shown} (${whose})`;
}

/** Failing before working, working before unknown, then by name. */
function compareEntries(a: ReachEntry, b: ReachEntry): number {
  const rank = ({ isFailing: isBroken, verdict }: ReachEntry) => (isBroken ? -1 : ORDER.indexOf(verdict));
  const isTold = (entry: ReachEntry) => rank(entry) < ORDER.indexOf("one-direction");
  const order =
    Number(b.isFailing) - Number(a.isFailing) ||
    Number(isTold(b)) - Number(isTold(a)) ||
    Number(a.products.length !== 1) - Number(b.products.length !== 1);
  if (order !== 0) return order;
  return a.label < b.label ? -1 : Number(a.label !== b.label);
}
