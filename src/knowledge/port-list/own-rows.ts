/**
 * The user's own rows (`--ports FILE`), which override the list's. The file has the format of `data/apple-ports.tsv`: a
 * header line, cells separated by one tab, `#` comments. The columns `port`, `transport` and `used_by` are required;
 * `service_name`, `protocol_name` and `rfc` are optional.
 *
 *   port         transport  service_name  used_by
 *   7000         TCP        airplay       AirPlay
 *   8000–8010    TCP/UDP    intranet      Our intranet (staging), World Wide Web
 */

import { OWN_FAMILY, OwnProducts } from "./own-products.ts";
import type { Product, ProductCatalogue, ProductFamily } from "./product.ts";
import { addressKey, makeServiceRow, type RowColumn, type ServiceRow } from "./service-row.ts";
import { parseTabTable } from "./tab-table.ts";
import type { UsedByReader } from "./used-by.ts";

const REQUIRED: readonly RowColumn[] = ["port", "transport", "used_by"];
const OPTIONAL: readonly RowColumn[] = ["service_name", "protocol_name", "rfc"];

/** Input of a service table. */
export interface TableParts {
  readonly rows: readonly ServiceRow[];
  readonly products: readonly Product[];
  readonly families: readonly ProductFamily[];
  readonly byName: ReadonlyMap<string, Product>;
}

/**
 * Applies the user's rows to the list: rows for the same ports and transport replace all rows of the list for these, in
 * place; others are appended. A name that is not in the catalogue becomes a product of kind `apple` in the family "Own rows".
 *
 * @throws InputError `bad_data_file` with file and line
 */
export function applyOwnRows(
  rows: readonly ServiceRow[],
  catalogue: ProductCatalogue,
  reader: UsedByReader,
  text: string,
  source: string,
): TableParts {
  const added = new OwnProducts(true);
  const own = new Map<string, ServiceRow[]>();
  for (const record of parseTabTable(text, source, { required: REQUIRED, optional: OPTIONAL })) {
    const row = makeServiceRow(
      withDashes(record),
      source,
      reader.readOwn(record, source, (name) => added.named(name)),
    );
    const key = addressKey(row);
    own.set(key, [...(own.get(key) ?? []), row]);
  }
  const merged: ServiceRow[] = [];
  const placed = new Set<string>();
  for (const row of rows) {
    const key = addressKey(row);
    const replacing = own.get(key);
    if (replacing === undefined) merged.push(row);
    else if (!placed.has(key)) merged.push(...replacing);
    if (replacing !== undefined) placed.add(key);
  }
  for (const [key, added] of own) if (!placed.has(key)) merged.push(...added);
  return {
    rows: merged,
    products: [...catalogue.products, ...added.byName.values()],
    families: added.byName.size > 0 ? [...catalogue.families, OWN_FAMILY] : catalogue.families,
    byName: new Map([...catalogue.byName, ...added.byName]),
  };
}

/** An empty or absent cell in the user's file means the same as the list's "—". */
function withDashes(record: { line: number; cells: Readonly<Record<RowColumn, string>> }) {
  const cells = { ...record.cells };
  for (const column of ["protocol_name", "rfc", "service_name", "used_by"] as const) {
    if (cells[column] === "") cells[column] = "—";
  }
  return { line: record.line, cells };
}
