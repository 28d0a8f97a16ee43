/** Assigns destination networks to the ports of a plan. */

import type { PortRange } from "../knowledge/port-list/port-cell.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import type { LeftOut } from "./allow-plan.ts";
import { rangeText } from "./merge-ranges.ts";
import { type PlanDestinations, productNames } from "./plan-destinations.ts";
import { type NamedProduct, type Opening, rowText, TRANSPORTS } from "./plan-openings.ts";

/** Returns openings restricted to the networks of their products, plus those of documented ports. */
export function assignDestinations(
  openings: readonly Opening[],
  destinations: PlanDestinations,
  wanted: ReadonlySet<Product>,
  table: ServiceTable,
  leftOut: LeftOut[],
): Opening[] {
  const assigned = openings.flatMap((opening) => {
    const groups = new Map<string, NamedProduct[]>();
    for (const named of opening.products) {
      const set = destinations.setOf({ ...opening, product: named.product });
      if (typeof set === "string") groups.set(set, [...(groups.get(set) ?? []), named]);
      else if (set !== null) leftOut.push({ what: opening.origin.row, why: set.why, products: [named.name] });
    }
    return [...groups].map(([destination, products]) => ({
      ...opening,
      destination,
      products,
      origin: { ...opening.origin, products: products.map(({ name }) => name) },
    }));
  });
  // A documented port is open, so it is not reported as left out.
  const isDocumented = ({ what, why, products: [name] }: LeftOut) =>
    why === "off-list" &&
    destinations.groups.some(
      ({ rows: [row] }) =>
        row.products.some((product) => product.name === name) &&
        row.ports.some((range) => what === rowText(rangeText(range), row.transport)),
    );
  leftOut.splice(0, leftOut.length, ...leftOut.filter((one) => !isDocumented(one)));
  const documented = destinations.groups.flatMap(({ name: destination, rows: [row] }) => {
    const products = row.products
      .filter((product) => wanted.has(product))
      .map((product) => ({ product, name: product.name }));
    const isListed = ({ first, last }: PortRange, transport: "tcp" | "udp") =>
      table.rows.some(
        (one) =>
          (one.transport === "both" || one.transport === transport) &&
          one.products.some(({ product }) => row.products.includes(product)) &&
          one.ports.some((range) => range.first <= first && last <= range.last),
      );
    return TRANSPORTS.filter((one) => row.transport === "both" || one === row.transport).flatMap(
      (transport) =>
        row.ports.map((range): Opening => {
          const origin = {
            row: rowText(rangeText(range), transport),
            service: "",
            products: products.map(({ name }) => name),
            reason: `Apple documents port and networks for ${productNames(row.products)}: ${row.source}, ${row.date}`,
          };
          const { first, last } = range;
          const direction = "outbound";
          return {
            first,
            last,
            direction,
            transport,
            isListed: isListed(range, transport),
            origin,
            products,
            destination,
          };
        }),
    );
  });
  return [...assigned, ...documented];
}
