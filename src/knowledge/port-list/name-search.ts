/**
 * Looks the list up for a person: by port, or by any name in it. Exact first; only where nothing matches exactly
 * does a part of a name do, so that "messages" is the product Messages and not every row that speaks of messages.
 */

import { parsePortCell, type RowTransport } from "./port-cell.ts";
import type { Product } from "./product.ts";
import type { ServiceRow } from "./service-row.ts";
import type { ServiceTable } from "./service-table.ts";

const PORT_QUERY = /^([\d–-]+)(?:\/(tcp|udp))?$/;
const TRANSPORT_FIRST = /^(tcp|udp)\/([\d–-]+)$/;

/**
 * The rows that answer a query, in the list's order; none where nothing matches.
 *
 * @param query "5223", "5223/tcp" or "tcp/5223": all rows that cover the port, wide ones too. "3478-3497": the
 * rows of that very range. Anything else: a service name, protocol name, product or alias, without regard to case
 */
export function findPorts(table: ServiceTable, query: string): readonly ServiceRow[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "" || wanted === "—") return [];
  const plain = PORT_QUERY.exec(wanted);
  const turned = TRANSPORT_FIRST.exec(wanted);
  if (plain !== null) return rowsOfPorts(table, plain[1], plain[2]);
  if (turned !== null) return rowsOfPorts(table, turned[2], turned[1]);
  const exact = table.rows.filter((row) => namesOfRow(row).includes(wanted));
  if (exact.length > 0) return exact;
  return table.rows.filter((row) => namesOfRow(row).some((name) => name.includes(wanted)));
}

/**
 * The product of the list with that name or alias. Where there is none: the product beside the list that is called so,
 * then those of either with `name` in a name or alias, the list's first, in the order of their files.
 */
export function findProducts(table: ServiceTable, name: string): readonly Product[] {
  const wanted = name.trim().toLowerCase();
  if (wanted === "") return [];
  const exact = table.product(wanted);
  if (exact?.isListed) return [exact];
  const inPart = [...table.products, ...table.offListProducts].filter(
    (product) => product !== exact && namesOfProduct(product).some((known) => known.includes(wanted)),
  );
  return exact === null ? inPart : [exact, ...inPart];
}

function rowsOfPorts(
  table: ServiceTable,
  cell: string,
  transport: string | undefined,
): readonly ServiceRow[] {
  const ranges = parsePortCell(cell);
  if (typeof ranges === "string") return [];
  const { first, last } = ranges[0];
  return table.rows.filter(
    (row) =>
      speaksOf(row.transport, transport) &&
      row.ports.some((range) =>
        first === last
          ? range.first <= first && first <= range.last
          : range.first === first && range.last === last,
      ),
  );
}

function speaksOf(row: RowTransport, wanted: string | undefined): boolean {
  return wanted === undefined || row === "both" || row === wanted;
}

/** All lower-cased names by which a row can be found; "—" is no name. */
function namesOfRow(row: ServiceRow): string[] {
  return [row.serviceName, row.protocolName, ...row.serviceName.split(/ - |, /)]
    .filter((name) => name !== "—" && name !== "")
    .map((name) => name.toLowerCase())
    .concat(row.products.flatMap(({ product }) => namesOfProduct(product)));
}

function namesOfProduct(product: Product): string[] {
  return [product.name, ...product.aliases].map((name) => name.toLowerCase());
}
