/**
 * Builds the smallest allow-list for products: every port of the rows that name them, and no other. Needs shown by a
 * capture are selected by rows too (`capture-needs.ts`).
 */

import type { Direction } from "../knowledge/port-list/off-list-ports.ts";
import { countPorts, type PortRange, type RowTransport } from "../knowledge/port-list/port-cell.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { ServiceRow } from "../knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { type AllowPlan, type BaseRule, type LeftOut, PLAN_SCHEMA, type RuleOrigin } from "./allow-plan.ts";
import { assignDestinations } from "./assign-destinations.ts";
import type { Destinations } from "./load-destinations.ts";
import { PlanDestinations } from "./plan-destinations.ts";
import { mergeOpenings, type NamedProduct, type Opening, rowText, TRANSPORTS } from "./plan-openings.ts";
import type { PortNeeds } from "./port-needs.ts";

/** Input and purpose of a plan. */
export interface PlanOptions {
  readonly table: ServiceTable;
  readonly needs: PortNeeds;
  /** In words, for the header of the result. */
  readonly subject: string;
  /** Products that are opened even if they have been retired. */
  readonly products: ReadonlySet<Product>;
  /** Whether a row is opened for a product; if omitted, every row that names one. */
  readonly isWanted?: ((row: ServiceRow, product: Product) => boolean) | undefined;
  /** Leave out retired products even if `products` names them. */
  readonly withoutRetired?: boolean | undefined;
  /** Also rows of more than 100 ports. */
  readonly withWide?: boolean | undefined;
  /** Ports that products need beyond the list. */
  readonly withOffList?: boolean | undefined;
  /** Services that a Mac itself offers. */
  readonly withInbound?: boolean | undefined;
  /** Also ports on which nothing answers any more (`data/ended-ports.tsv`). */
  readonly withEnded?: boolean | undefined;
  /** If given, rules allow only Apple's networks as destinations. */
  readonly destinations?: Destinations | undefined;
}

/**
 * What every network needs: address configuration, name resolution, and for IPv6 also DHCPv6 (RFC 2131, RFC 9915, RFC
 * 1035, RFC 7766).
 */
const BASE: readonly BaseRule[] = [
  { version: null, transport: "udp", first: 53, last: 53, purpose: "DNS" },
  { version: null, transport: "tcp", first: 53, last: 53, purpose: "DNS, long answers" },
  { version: 4, transport: "udp", first: 67, last: 67, purpose: "DHCP" },
  { version: 6, transport: "udp", first: 547, last: 547, purpose: "DHCPv6" },
];
/**
 * Builds the plan. A port of both transports yields a rule for each. Pure; the caller owns the plan.
 *
 * @example
 * ```ts
 * import { loadPortList } from "appleflow";
 * import { loadPortNeeds, planRules } from "appleflow/firewall";
 *
 * const table = loadPortList();
 * const product = table.product("FaceTime");
 * const products = new Set(product === null ? [] : [product]);
 * const { rules } = planRules({ table, needs: loadPortNeeds(table), subject: "FaceTime", products });
 * for (const { transport, first, last } of rules) console.log(transport, first, last);
 * ```
 */
export function planRules(options: PlanOptions): AllowPlan {
  const { table, subject } = options;
  const leftOut: LeftOut[] = [];
  const products = [...options.products].filter((product) => {
    const isOmitted = options.withoutRetired === true && product.ended !== null;
    if (isOmitted) leftOut.push({ what: product.name, why: "retired", products: [product.name] });
    return !isOmitted;
  });
  const wanted = new Set(products);
  const everywhere = [
    ...table.rows.flatMap((row) => openRow(row, wanted, options, leftOut)),
    ...openOffList(wanted, options, leftOut),
  ];
  const destinations =
    options.destinations === undefined ? null : new PlanDestinations(options.destinations, wanted);
  const openings =
    destinations === null ? everywhere : assignDestinations(everywhere, destinations, wanted, table, leftOut);
  const names = new Set(openings.flatMap(({ destination }) => destination ?? []));
  return {
    schema: PLAN_SCHEMA,
    subject,
    products: products.map(({ name }) => name),
    rules: mergeOpenings(openings),
    destinations: destinations?.sets(names) ?? [],
    base: BASE,
    leftOut,
  };
}

function openRow(
  row: ServiceRow,
  wanted: ReadonlySet<Product>,
  { needs, isWanted, withWide, withInbound, withEnded }: PlanOptions,
  leftOut: LeftOut[],
): Opening[] {
  const what = rowText(row.portText, row.transport);
  const named = row.products.filter(({ product }) => {
    if (!wanted.has(product) || (isWanted !== undefined && !isWanted(row, product))) return false;
    const isOver = withEnded !== true && needs.ended.get(row)?.has(product) === true;
    if (isOver) leftOut.push({ what, why: "retired", products: [product.name] });
    return !isOver;
  });
  if (named.length === 0) return [];
  const names = named.map(({ product, qualifier }) =>
    qualifier === null ? product.name : `${product.name} (${qualifier})`,
  );
  if (row.match === "wide" && withWide !== true) {
    leftOut.push({ what: `${what}, ${countPorts(row.ports)} ports`, why: "wide", products: names });
    return [];
  }
  const service = nameOf(row);
  const each = named.map(({ product }, index) => ({ product, name: names[index] }));
  const outbound = openPorts(
    row,
    "outbound",
    true,
    { row: what, service, products: names, reason: "" },
    each,
  );
  const reasons = needs.inbound.get(row);
  const served = named.filter(({ product }) => reasons?.has(product));
  if (served.length === 0) return outbound;
  const servedNames = served.map(({ product }) => product.name);
  if (withInbound !== true) {
    leftOut.push({ what, why: "inbound", products: servedNames });
    return outbound;
  }
  const why = new Set(served.map(({ product }) => reasons?.get(product) ?? ""));
  const origin = { row: what, service, products: servedNames, reason: [...why].join("; ") };
  const servers = served.map(({ product }) => ({ product, name: product.name }));
  return [...outbound, ...openPorts(row, "inbound", true, origin, servers)];
}

function openOffList(
  wanted: ReadonlySet<Product>,
  { needs, withOffList, withInbound }: PlanOptions,
  leftOut: LeftOut[],
): Opening[] {
  return needs.offList
    .filter(({ product }) => wanted.has(product))
    .flatMap((need) => {
      const row = rowText(need.portText, need.transport);
      const products = [need.product.name];
      if (withOffList !== true) {
        leftOut.push({ what: row, why: "off-list", products });
        return [];
      }
      const origin = { row, service: "", products, reason: need.reason };
      return need.directions
        .filter((direction) => {
          const isOmitted = direction === "inbound" && withInbound !== true;
          if (isOmitted) leftOut.push({ what: row, why: "inbound", products });
          return !isOmitted;
        })
        .flatMap((direction) =>
          openPorts(need, direction, false, origin, [{ product: need.product, name: need.product.name }]),
        );
    });
}

function openPorts(
  { ports, transport }: { readonly ports: readonly PortRange[]; readonly transport: RowTransport },
  direction: Direction,
  isListed: boolean,
  origin: RuleOrigin,
  products: readonly NamedProduct[],
): Opening[] {
  return TRANSPORTS.filter((one) => transport === "both" || transport === one).flatMap((one) =>
    ports.map(({ first, last }) => ({
      first,
      last,
      direction,
      transport: one,
      isListed,
      origin,
      products,
      destination: null,
    })),
  );
}

function nameOf({ serviceName, protocolName }: ServiceRow): string {
  const name = serviceName === "—" || serviceName === "" ? protocolName : serviceName;
  return name === "—" ? "" : name.replace(/, —$/, "");
}
