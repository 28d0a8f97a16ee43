/** On which rows of the list a Mac itself listens (`data/inbound.tsv`). */

import {
  canonicalProduct,
  type DataFileContext,
  type DataText,
  type OffListNeed,
} from "../knowledge/port-list/off-list-ports.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { ServiceRow } from "../knowledge/port-list/service-row.ts";
import { badDataLine, parseTabTable } from "../knowledge/port-list/tab-table.ts";

/** What the list does not say of ports, checked against it. */
export interface PortNeeds {
  /** Row -> product -> why the Mac listens there for it. */
  readonly inbound: ReadonlyMap<ServiceRow, ReadonlyMap<Product, string>>;
  readonly offList: readonly OffListNeed[];
  /** Keys of `data/sources.tsv` that the rows cite. */
  readonly citedSources: ReadonlySet<string>;
}

const COLUMNS = ["port", "transport", "product", "reason", "source", "date"] as const;

/**
 * Reads `data/inbound.tsv`.
 *
 * @throws InputError `bad_data_file` with file and line for a row that the list does not have, a product that it does not
 * name, and whatever else cannot be right
 */
export function parseInbound(
  { text, source }: DataText,
  { table, sources, hasOwnRows }: DataFileContext,
): Pick<PortNeeds, "inbound" | "citedSources"> {
  const inbound = new Map<ServiceRow, Map<Product, string>>();
  const citedSources = new Set<string>();
  for (const record of parseTabTable(text, source, { required: COLUMNS })) {
    const { line, cells } = record;
    const fail = (problem: string) => badDataLine(source, line, problem);
    for (const key of sources.check(record, source)) citedSources.add(key);
    if (cells.reason === "") throw fail("why does the Mac listen there?");
    const product = canonicalProduct(table, cells.product, fail);
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
    const reasons = inbound.get(row) ?? new Map<Product, string>();
    if (reasons.has(product)) throw fail(`"${cells.product}" stands twice for ${cells.port}`);
    inbound.set(row, reasons.set(product, cells.reason));
  }
  return { inbound, citedSources };
}
