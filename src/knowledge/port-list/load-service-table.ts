/**
 * From the data of the package to a {@link ServiceTable}. The build has validated the files and compiled them, as a broken table would
 * make wrong totals; with rows of the user's own, or from another folder, they are read and validated again.
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

/** Where the data come from. */
export interface ServiceTableOptions {
  /** A file of rows of the user's own, over the list's. */
  readonly portsFile?: string | undefined;
  /** Another folder with the data files, ending in "/"; for tests of the checks. */
  readonly dataFolder?: URL | undefined;
}

/** The table with what reading it found; {@link loadServiceTable} for the table alone. */
export interface LoadedServices {
  readonly table: ServiceTable;
  /** Pieces of "Used by" cells that are recorded as remarks, in the list's order. */
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
 * The list, with rows of the user's own where asked for. The public interface calls it `loadPortList`.
 *
 * @throws InputError `cannot_open` for a file that cannot be read, `bad_data_file` with file and line for
 * anything in one that cannot be right
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

/** {@link loadServiceTable} from the data files, which are validated, with what the checks of the data pin. */
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
