/**
 * Loads the data of the package into a {@link ServiceTable}. The build has validated and compiled the files, as a broken
 * table would produce wrong totals; with the user's own rows, or from another folder, the files are read and validated again.
 */

import { readTextFile } from "../../text-file.ts";
import { dataFolder } from "../data-folder.ts";
import { readCompiledList } from "./compiled-list.ts";
import { DataSources } from "./data-sources.ts";
import { applyOwnRows } from "./own-rows.ts";
import { parseCatalogue } from "./product-catalogue.ts";
import { loadRowProtocols } from "./row-protocols.ts";
import { makeServiceRow, type RowColumn, type ServiceRow } from "./service-row.ts";
import { ServiceTable } from "./service-table.ts";
import { badDataLine, parseTabTable } from "./tab-table.ts";
import { UsedByReader } from "./used-by.ts";

/** Where the data are loaded from. */
export interface ServiceTableOptions {
  /** A file of the user's own rows, which override the list's. */
  readonly portsFile?: string | undefined;
  /** Another folder with the data files, ending in "/"; for tests of the checks. */
  readonly dataFolder?: URL | undefined;
}

/** The table together with data for checks; use {@link loadServiceTable} for the table alone. */
export interface LoadedServices {
  readonly table: ServiceTable;
  /** Parts of "Used by" cells that are recorded as remarks, in list order. */
  readonly remarks: readonly string[];
  readonly repairCount: number;
}

const ROW_COLUMNS: readonly RowColumn[] = [
  "port",
  "transport",
  "protocol_name",
  "rfc",
  "service_name",
  "used_by",
];

/**
 * Loads the list, with the user's own rows if requested. The public interface calls it `loadPortList`.
 *
 * @throws InputError `cannot_open` for a file that cannot be read, `bad_data_file` with file and line for an invalid value
 *   in one
 *
 * @example
 * ```ts
 * import { loadPortList } from "appleflow";
 *
 * const { rows, products } = loadPortList().lookup(0, 5223);
 * console.log(rows.map(({ serviceName }) => serviceName), products.map(({ name }) => name));
 * ```
 */
export function loadServiceTable(options: ServiceTableOptions = {}): ServiceTable {
  const isCompiled = options.portsFile === undefined && options.dataFolder === undefined;
  return (isCompiled ? readCompiledList() : null) ?? loadServices(options).table;
}

/** {@link loadServiceTable} from the data files, which are validated, with additional data for checks. */
export function loadServices(options: ServiceTableOptions = {}): LoadedServices {
  const folder = options.dataFolder ?? dataFolder();
  const read = (name: string) => readTextFile(new URL(name, folder), `data/${name}`);
  const file = (name: string) => ({ text: read(name), source: `data/${name}` });
  const sources = new DataSources(read("sources.tsv"), "data/sources.tsv");
  const catalogue = parseCatalogue(
    {
      products: file("products.tsv"),
      offListProducts: file("off-list-products.tsv"),
      families: file("families.tsv"),
    },
    sources,
  );
  const reader = new UsedByReader(
    catalogue,
    read("used-by.tsv"),
    read("repairs.tsv"),
    "data/used-by.tsv",
    "data/repairs.tsv",
  );
  const source = "data/apple-ports.tsv";
  const rows: ServiceRow[] = [];
  const remarks: string[] = [];
  for (const record of parseTabTable(read("apple-ports.tsv"), source, { required: ROW_COLUMNS })) {
    const cell = reader.read(record, source);
    remarks.push(...cell.remarks);
    rows.push(makeServiceRow(record, source, cell.products));
  }
  if (rows.length === 0) throw badDataLine(source, 1, "the list has no rows");
  reader.requireAllUsed("data/products.tsv");
  const own =
    options.portsFile === undefined
      ? { rows, ...catalogue }
      : applyOwnRows(
          rows,
          catalogue,
          reader,
          readTextFile(options.portsFile, options.portsFile),
          options.portsFile,
        );
  return {
    table: new ServiceTable(
      own.rows,
      own.products,
      own.families,
      own.byName,
      sources.newestDate,
      new Map(
        [...loadRowProtocols({ rows }, { dataFolder: folder })].map(([n, known]) => [rows[n - 1], known]),
      ),
    ),
    remarks,
    repairCount: reader.repairCount,
  };
}
