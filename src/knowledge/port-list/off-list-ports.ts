/** Ports that products need but do not have in Apple's list (`data/off-list-ports.tsv`). */

import { readTextFile } from "../../text-file.ts";
import { dataFolder } from "../data-folder.ts";
import { DataSources } from "./data-sources.ts";
import { type PortRange, parsePortCell, parseTransportCell, type RowTransport } from "./port-cell.ts";
import type { Product } from "./product.ts";
import type { ServiceTable } from "./service-table.ts";
import { badDataLine, parseTabTable } from "./tab-table.ts";

/** Direction from the view of a Mac or another Apple device: it opens the connection, or it listens. */
export type Direction = "outbound" | "inbound";

/** A port that a product needs but does not have in the list. */
export interface OffListNeed {
  readonly product: Product;
  readonly portText: string;
  readonly ports: readonly PortRange[];
  readonly transport: RowTransport;
  readonly directions: readonly Direction[];
  readonly reason: string;
}

/** Content of the file, checked against the list. */
export interface OffListPorts {
  /** In file order. */
  readonly needs: readonly OffListNeed[];
  /** Keys of `data/sources.tsv` that the rows cite. */
  readonly citedSources: ReadonlySet<string>;
}

/** Content of a file, and its name for errors. */
export interface DataText {
  readonly text: string;
  readonly source: string;
}

/** Where data files are loaded from. */
export interface DataFileOptions {
  /** Another folder with the data files, ending in "/"; for tests of the checks. */
  readonly dataFolder?: URL | undefined;
  /** Whether the table contains the user's own rows, which may have replaced rows that the data refer to. */
  readonly hasOwnRows?: boolean | undefined;
}

/** Context for checking a file. */
export interface DataFileContext {
  readonly table: ServiceTable;
  readonly sources: DataSources;
  /** Whether the table contains the user's own rows: rows that the files refer to may be missing then. */
  readonly hasOwnRows: boolean;
}

const COLUMNS = ["product", "port", "transport", "direction", "reason", "source", "date"] as const;
const DIRECTIONS: ReadonlyMap<string, readonly Direction[]> = new Map([
  ["outbound", ["outbound"]],
  ["inbound", ["inbound"]],
  ["both", ["outbound", "inbound"]],
]);

/** Reads a data file of the package as text. Throws `InputError` `cannot_open`. */
export function readDataText(name: string, options: DataFileOptions): DataText {
  const source = `data/${name}`;
  return { text: readTextFile(new URL(name, options.dataFolder ?? dataFolder()), source), source };
}

/**
 * Creates the context for checking the package's files. Throws `InputError` like {@link readDataText}, and `bad_data_file`.
 */
export function dataFileContext(table: ServiceTable, options: DataFileOptions): DataFileContext {
  const { text, source } = readDataText("sources.tsv", options);
  return { table, sources: new DataSources(text, source), hasOwnRows: options.hasOwnRows ?? false };
}

/**
 * Loads the off-list needs of products from the package's data files.
 *
 * @throws InputError `cannot_open` for a file that cannot be read, `bad_data_file` with file and line for an invalid value
 *   in one
 */
export function loadOffListPorts(table: ServiceTable, options: DataFileOptions = {}): OffListPorts {
  return parseOffListPorts(readDataText("off-list-ports.tsv", options), dataFileContext(table, options));
}

/**
 * Parses the file.
 *
 * @throws InputError `bad_data_file` with file and line for an unknown product, a need that the list already covers, or any
 *   other invalid value
 */
export function parseOffListPorts(
  { text, source }: DataText,
  { table, sources, hasOwnRows }: DataFileContext,
): OffListPorts {
  const needs: OffListNeed[] = [];
  const citedSources = new Set<string>();
  for (const record of parseTabTable(text, source, { required: COLUMNS })) {
    const { line, cells } = record;
    const fail = (problem: string) => badDataLine(source, line, problem);
    for (const key of sources.check(record, source)) citedSources.add(key);
    const ports = parsePortCell(cells.port);
    const transport = parseTransportCell(cells.transport);
    const directions = DIRECTIONS.get(cells.direction);
    if (typeof ports === "string") throw fail(ports);
    if (transport === null) throw fail(`transport "${cells.transport}" is not TCP, UDP or TCP/UDP`);
    if (directions === undefined)
      throw fail(`direction "${cells.direction}" is not outbound, inbound or both`);
    if (cells.reason === "") throw fail("the purpose of the port is empty");
    const product = canonicalProduct(table, cells.product, fail);
    if (!hasOwnRows && isListed(table, product, ports, transport)) {
      throw fail(`the list already has ${cells.port} for "${cells.product}"`);
    }
    const isRepeated = needs.some(
      (need) => need.product === product && need.portText === cells.port && need.transport === transport,
    );
    if (isRepeated) throw fail(`"${cells.product}" occurs twice for ${cells.port} ${cells.transport}`);
    needs.push({ product, portText: cells.port, ports, transport, directions, reason: cells.reason });
  }
  return { needs, citedSources };
}

/** Returns the product with this canonical name; otherwise throws what `fail` creates from the problem. */
export function canonicalProduct(
  table: ServiceTable,
  name: string,
  fail: (problem: string) => Error,
): Product {
  const product = table.product(name);
  if (product?.name !== name) throw fail(`"${name}" is not the canonical name of a product`);
  return product;
}

/** Whether a specific row that names the product covers all these ports. */
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
