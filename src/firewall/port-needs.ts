/**
 * What the list does not say of ports: on which of its rows a Mac itself listens (`data/inbound.tsv`), and which ports
 * products need that it does not give them (`data/off-list-ports.tsv`).
 */

import type { DataSources } from "../knowledge/port-list/data-sources.ts";
import {
  type PortRange,
  parsePortCell,
  parseTransportCell,
  type RowTransport,
} from "../knowledge/port-list/port-cell.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { ServiceRow } from "../knowledge/port-list/service-row.ts";
import type { ServiceTable } from "../knowledge/port-list/service-table.ts";
import { badDataLine, parseTabTable } from "../knowledge/port-list/tab-table.ts";
import type { Direction } from "./allow-plan.ts";

/** A port that a product needs and the list does not give it. */
export interface OffListNeed {
  readonly product: Product;
  readonly portText: string;
  readonly ports: readonly PortRange[];
  readonly transport: RowTransport;
  readonly directions: readonly Direction[];
  readonly reason: string;
}

/** Both files, checked against the list. */
export interface PortNeeds {
  /** Row -> product -> why the Mac listens there for it. */
  readonly inbound: ReadonlyMap<ServiceRow, ReadonlyMap<Product, string>>;
  readonly offList: readonly OffListNeed[];
  /** Keys of `data/sources.tsv` that the rows cite. */
  readonly citedSources: ReadonlySet<string>;
}

/** A file as it was read, and its name for errors. */
export interface DataText {
  readonly text: string;
  readonly source: string;
}

const INBOUND_COLUMNS = ["port", "transport", "product", "reason", "source", "date"] as const;
const OFF_LIST_COLUMNS = ["product", "port", "transport", "direction", "reason", "source", "date"] as const;
const DIRECTIONS: ReadonlyMap<string, readonly Direction[]> = new Map([
  ["outbound", ["outbound"]],
  ["inbound", ["inbound"]],
  ["both", ["outbound", "inbound"]],
]);

/** What the files are checked against. */
export interface NeedContext {
  readonly table: ServiceTable;
  readonly sources: DataSources;
  /** Whether rows of the user's own stand in the table: those of which the files speak may be gone then. */
  readonly hasOwnRows: boolean;
}

/**
 * Reads both files.
 *
 * @throws InputError `bad_data_file` with file and line for a row that the list does not have, a product that it does not
 * name, a need that it has already, and whatever else cannot be right
 */
export function parsePortNeeds(inbound: DataText, offList: DataText, context: NeedContext): PortNeeds {
  const cited = new Set<string>();
  return {
    inbound: parseInbound(inbound, context, cited),
    offList: parseOffList(offList, context, cited),
    citedSources: cited,
  };
}

function parseInbound(
  { text, source }: DataText,
  { table, sources, hasOwnRows }: NeedContext,
  cited: Set<string>,
): Map<ServiceRow, Map<Product, string>> {
  const listening = new Map<ServiceRow, Map<Product, string>>();
  for (const record of parseTabTable(text, source, { required: INBOUND_COLUMNS })) {
    const { line, cells } = record;
    const fail = (problem: string) => badDataLine(source, line, problem);
    for (const key of sources.check(record, source)) cited.add(key);
    if (cells.reason === "") throw fail("why does the Mac listen there?");
    const product = productNamed(table, cells.product, fail);
    const row = table.rows.find(
      ({ portText, transportText, products }) =>
        portText === cells.port &&
        transportText === cells.transport &&
        products.some((named) => named.product === product),
    );
    if (row === undefined) {
      if (hasOwnRows) continue;
      throw fail(`the list has no row ${cells.port} ${cells.transport} that names "${cells.product}"`);
    }
    const reasons = listening.get(row) ?? new Map<Product, string>();
    if (reasons.has(product)) throw fail(`"${cells.product}" stands twice for ${cells.port}`);
    listening.set(row, reasons.set(product, cells.reason));
  }
  return listening;
}

function parseOffList(
  { text, source }: DataText,
  { table, sources, hasOwnRows }: NeedContext,
  cited: Set<string>,
): OffListNeed[] {
  const needs: OffListNeed[] = [];
  for (const record of parseTabTable(text, source, { required: OFF_LIST_COLUMNS })) {
    const { line, cells } = record;
    const fail = (problem: string) => badDataLine(source, line, problem);
    for (const key of sources.check(record, source)) cited.add(key);
    const ports = parsePortCell(cells.port);
    const transport = parseTransportCell(cells.transport);
    const directions = DIRECTIONS.get(cells.direction);
    if (typeof ports === "string") throw fail(ports);
    if (transport === null) throw fail(`transport "${cells.transport}" is not TCP, UDP or TCP/UDP`);
    if (directions === undefined)
      throw fail(`direction "${cells.direction}" is not outbound, inbound or both`);
    if (cells.reason === "") throw fail("what is the port needed for?");
    const product = productNamed(table, cells.product, fail);
    if (!hasOwnRows && isListed(table, product, ports, transport)) {
      throw fail(`the list gives "${cells.product}" ${cells.port} already`);
    }
    const isRepeated = needs.some(
      (need) => need.product === product && need.portText === cells.port && need.transport === transport,
    );
    if (isRepeated) throw fail(`"${cells.product}" stands twice for ${cells.port} ${cells.transport}`);
    needs.push({ product, portText: cells.port, ports, transport, directions, reason: cells.reason });
  }
  return needs;
}

function productNamed(table: ServiceTable, name: string, fail: (problem: string) => Error): Product {
  const product = table.product(name);
  if (product?.name !== name) throw fail(`"${name}" is not the canonical name of a product`);
  return product;
}

/** Whether a specific row that names the product covers all of the ports. */
function isListed(
  table: ServiceTable,
  product: Product,
  ports: readonly PortRange[],
  transport: RowTransport,
): boolean {
  return table.rows.some(
    (row) =>
      row.match === "specific" &&
      (row.transport === "both" || row.transport === transport) &&
      row.products.some((named) => named.product === product) &&
      ports.every((range) => row.ports.some(({ first, last }) => first <= range.first && range.last <= last)),
  );
}
