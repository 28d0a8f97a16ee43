/**
 * Restricts rules by destination (`--to apple`): to Apple's own networks, and where Apple documents prefixes and ports
 * for a product, to these alone. Content networks serve Apple's names too, but no prefix is known for them.
 */

import type { DocumentedNetwork } from "../knowledge/evidence/documented-networks.ts";
import { formatIpPrefix, type IpPrefix } from "../knowledge/evidence/ip-prefix.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { DestinationNetwork, DestinationSet, LeftOut } from "./allow-plan.ts";
import { withoutCovered } from "./firewall-place.ts";
import type { Destinations, Origin } from "./load-destinations.ts";

/** Name of the set of Apple's own networks. */
export const APPLE_SET = "apple";

/** A port of a plan before its destination is assigned. */
export interface PlannedOpening {
  readonly first: number;
  readonly last: number;
  readonly transport: "tcp" | "udp";
  readonly product: Product;
}

type DocumentedRow = Origin & DocumentedNetwork;

/** Prefixes documented for the same products, transport and ports. */
export interface DocumentedGroup {
  /** Name of its set. */
  readonly name: string;
  readonly rows: readonly DocumentedRow[];
}

/** The sets of destinations, and the assignment of openings to them. */
export class PlanDestinations {
  readonly #data: Destinations;
  readonly groups: readonly DocumentedGroup[];

  constructor(data: Destinations, products: ReadonlySet<Product>) {
    this.#data = data;
    const groups = new Map<string, DocumentedRow[]>();
    for (const row of data.documented) {
      if (!row.products.some((product) => products.has(product))) continue;
      const key = JSON.stringify([row.products.map(({ name }) => name), row.transport, row.ports]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    const named = [...groups.values()].map((rows) => ({ name: setNameOf(rows[0].products), rows }));
    this.groups = named.map(({ name, rows }, index) => {
      const isFirst = named.findIndex((other) => other.name === name) === index;
      return { name: isFirst ? name : `${name}_${index}`, rows };
    });
  }

  /**
   * Returns the set for an opening; null if a documented group has its ports, and a reason to leave it out if it does
   * not lead to a server of Apple's.
   */
  setOf({
    first,
    last,
    transport,
    product,
  }: PlannedOpening): string | null | { readonly why: LeftOut["why"] } {
    if (product.role === "local") return { why: "local" };
    const isDocumented = this.groups.some(
      ({ rows: [row] }) =>
        row.products.includes(product) &&
        (row.transport === "both" || row.transport === transport) &&
        row.ports.some((range) => range.first <= first && last <= range.last),
    );
    return isDocumented ? null : APPLE_SET;
  }

  /** Returns the sets that rules name. */
  sets(names: ReadonlySet<string>): DestinationSet[] {
    const apple = {
      name: APPLE_SET,
      purpose: "Apple's own networks",
      networks: networksOf(this.#data.networks.map((row) => ({ ...row, use: row.use }))),
    };
    const documented = this.groups.map(({ name, rows }) => ({
      name,
      purpose: `networks that Apple documents for ${productNames(rows[0].products)}`,
      networks: networksOf(rows.map((row) => ({ ...row, use: productNames(row.products) }))),
    }));
    return [apple, ...documented].filter(({ name }) => names.has(name));
  }
}

/** Joins product names into one text. */
export function productNames(products: readonly Product[]): string {
  return products.map(({ name }) => name).join(", ");
}

function networksOf(
  rows: readonly (Origin & { readonly prefix: IpPrefix; readonly use: string })[],
): DestinationNetwork[] {
  const outer = new Set<IpPrefix>(withoutCovered(rows.map(({ prefix }) => prefix)));
  return rows
    .filter(({ prefix }) => outer.has(prefix))
    .map(({ prefix, use, source, date }) => ({
      prefix: formatIpPrefix(prefix),
      version: prefix.version,
      use,
      source,
      date,
    }));
}

/** "Push notifications" as "push_notifications". Input comes only from the package's data files. */
function setNameOf(products: readonly Product[]): string {
  const name = products[0].name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
  return name.replaceAll(/^_+|_+$/g, "").slice(0, MAX_SET_NAME_LENGTH);
}

/** ipset limits set names to 31 characters, some of which encode the IP version. */
const MAX_SET_NAME_LENGTH = 20;
