/**
 * Searches the list by port or by any name. Exact matches first; parts of names match only if nothing matches exactly, so
 * that "messages" finds the product Messages and not every row that mentions messages.
 */

import type { OffListNeed } from "./off-list-ports.ts";
import { type PortRange, parsePortCell, type RowTransport } from "./port-cell.ts";
import type { Product } from "./product.ts";
import type { ServiceRow } from "./service-row.ts";
import type { ServiceTable } from "./service-table.ts";

const PORT_FIRST = /^([\d–-]+)(?:\/(tcp|udp))?$/;
const TRANSPORT_FIRST = /^(tcp|udp)\/([\d–-]+)$/;

/**
 * Returns the rows that match a query, in list order; empty if nothing matches.
 *
 * @param query "5223", "5223/tcp" or "tcp/5223": all rows that cover the port, including wide ones. "3478-3497": the rows
 *   with exactly that range. Anything else: a service name, protocol name, product or alias, ignoring case
 */
export function findPorts(table: ServiceTable, query: string): readonly ServiceRow[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "" || wanted === "—") return [];
  const portQuery = parsePortQuery(wanted);
  if (portQuery !== null) {
    const { range, transport } = portQuery;
    if (range === null) return [];
    const matches = range.first === range.last ? coversPort(range.first) : isRange(range);
    return table.rows.filter((row) => usesTransport(row.transport, transport) && row.ports.some(matches));
  }
  const exact = table.rows.filter((row) => namesOfRow(row).includes(wanted));
  if (exact.length > 0) return exact;
  return table.rows.filter((row) => namesOfRow(row).some((name) => name.includes(wanted)));
}

/**
 * Returns the product of the list with that name or alias. If there is none: the off-list product with that name, then
 * products of either kind with `name` in a name or alias, those of the list first, in file order.
 */
export function findProducts(table: ServiceTable, name: string): readonly Product[] {
  const wanted = name.trim().toLowerCase();
  if (wanted === "") return [];
  const exact = table.product(wanted);
  if (exact?.isListed) return [exact];
  const partial = [...table.products, ...table.offListProducts].filter(
    (product) => product !== exact && namesOfProduct(product).some((known) => known.includes(wanted)),
  );
  return exact === null ? partial : [exact, ...partial];
}

/**
 * Returns off-list needs for the same query as {@link findPorts}: needs on that port or on a port of that range, or needs of
 * the product with that name.
 */
export function findOffListPorts(needs: readonly OffListNeed[], query: string): readonly OffListNeed[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [];
  const portQuery = parsePortQuery(wanted);
  if (portQuery !== null) {
    const { range, transport } = portQuery;
    if (range === null) return [];
    return needs.filter(
      (need) =>
        usesTransport(need.transport, transport) &&
        need.ports.some(({ first, last }) => first <= range.last && range.first <= last),
    );
  }
  const exact = needs.filter(({ product }) => namesOfProduct(product).includes(wanted));
  if (exact.length > 0) return exact;
  return needs.filter(({ product }) => namesOfProduct(product).some((name) => name.includes(wanted)));
}

/**
 * Returns products with a similar name or alias: one or two letters wrong, missing or extra, or different spaces and dots.
 * The most similar first; empty if nothing is similar.
 */
export function nearProducts(table: ServiceTable, name: string): readonly Product[] {
  const wanted = lettersOf(name);
  if (wanted.length === 0 || wanted.length > MAX_NAME_LENGTH) return [];
  const maxDistance = Math.min(2, Math.floor(wanted.length / 3));
  return [...table.products, ...table.offListProducts]
    .map((product) => ({
      product,
      distance: Math.min(...namesOfProduct(product).map((known) => editDistance(wanted, lettersOf(known)))),
    }))
    .filter(({ distance }) => distance <= maxDistance)
    .sort((a, b) => a.distance - b.distance)
    .map(({ product }) => product);
}

/** Longer than any product name: longer input is similar to none, and would take time. */
const MAX_NAME_LENGTH = 100;

function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Number of insertions, deletions and substitutions between two texts (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** Parses a lower-cased query for ports; null if it is not one. `range`: null if there is no such port. */
function parsePortQuery(wanted: string): { range: PortRange | null; transport: string | undefined } | null {
  const portFirst = PORT_FIRST.exec(wanted);
  const transportFirst = TRANSPORT_FIRST.exec(wanted);
  if (portFirst === null && transportFirst === null) return null;
  const [cell, transport] =
    portFirst === null ? [transportFirst?.[2] ?? "", transportFirst?.[1]] : [portFirst[1], portFirst[2]];
  const ranges = parsePortCell(cell);
  return { range: typeof ranges === "string" ? null : ranges[0], transport };
}

function coversPort(port: number): (range: PortRange) => boolean {
  return ({ first, last }) => first <= port && port <= last;
}

function isRange(wanted: PortRange): (range: PortRange) => boolean {
  return ({ first, last }) => first === wanted.first && last === wanted.last;
}

function usesTransport(row: RowTransport, wanted: string | undefined): boolean {
  return wanted === undefined || row === "both" || row === wanted;
}

/** All lower-cased names by which a row can be found; "—" is not a name. */
function namesOfRow(row: ServiceRow): string[] {
  return [row.serviceName, row.protocolName, ...row.serviceName.split(/ - |, /)]
    .filter((name) => name !== "—" && name !== "")
    .map((name) => name.toLowerCase())
    .concat(row.products.flatMap(({ product }) => namesOfProduct(product)));
}

function namesOfProduct(product: Product): string[] {
  return [product.name, ...product.aliases].map((name) => name.toLowerCase());
}
