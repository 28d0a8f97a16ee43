/** Ports that products need and Apple's list does not give them (`data/off-list-ports.tsv`). */

import { readTextFile } from "../../text-file.ts";
import { dataFolder } from "../data-folder.ts";
import { DataSources } from "./data-sources.ts";
import { type PortRange, parsePortCell, parseTransportCell, type RowTransport } from "./port-cell.ts";
import type { Product } from "./product.ts";
import type { ServiceTable } from "./service-table.ts";
import { badDataLine, parseTabTable } from "./tab-table.ts";

/** Seen from a Mac or another Apple device: it opens the connection, or it listens. */
export type Direction = "outbound" | "inbound";

/** A port that a product needs and the list does not give it. */
export interface OffListNeed {
  readonly product: Product;
  readonly portText: string;
  readonly ports: readonly PortRange[];
  readonly transport: RowTransport;
  readonly directions: readonly Direction[];
  readonly reason: string;
}

/** The file, checked against the list. */
export interface OffListPorts {
  /** In the order of the file. */
  readonly needs: readonly OffListNeed[];
  /** Keys of `data/sources.tsv` that the rows cite. */
  readonly citedSources: ReadonlySet<string>;
}

/** A file as it was read, and its name for errors. */
export interface DataText {
  readonly text: string;
  readonly source: string;
}

/** Where data files come from. */
export interface DataFileOptions {
  /** Another folder with the data files, ending in "/"; for tests of the checks. */
  readonly dataFolder?: URL | undefined;
  /** Whether rows of the user's own stand in the table, in place of rows of which the data speak. */
  readonly hasOwnRows?: boolean | undefined;
}

/** What a file is checked against. */
export interface DataFileContext {
  readonly table: ServiceTable;
  readonly sources: DataSources;
  /** Whether rows of the user's own stand in the table: those of which the files speak may be gone then. */
  readonly hasOwnRows: boolean;
}

const COLUMNS = ["product", "port", "transport", "direction", "reason", "source", "date"] as const;
const DIRECTIONS: ReadonlyMap<string, readonly Direction[]> = new Map([
  ["outbound", ["outbound"]],
  ["inbound", ["inbound"]],
  ["both", ["outbound", "inbound"]],
]);

/** A data file of the package, as text. Throws `InputError` `cannot_open`. */
export function readDataText(name: string, options: DataFileOptions): DataText {
  const source = `data/${name}`;
  return { text: readTextFile(new URL(name, options.dataFolder ?? dataFolder()), source), source };
}

/** What the package's files are checked against. Throws `InputError` as {@link readDataText}, and `bad_data_file`. */
export function dataFileContext(table: ServiceTable, options: DataFileOptions): DataFileContext {
  const { text, source } = readDataText("sources.tsv", options);
  return { table, sources: new DataSources(text, source), hasOwnRows: options.hasOwnRows ?? false };
}

/**
 * What products need beside the list. Reads the package's data files.
 *
 * @throws InputError `cannot_open` for a file that cannot be read, `bad_data_file` with file and line for anything in one
 * that cannot be right
 */
export function loadOffListPorts(table: ServiceTable, options: DataFileOptions = {}): OffListPorts {
  return parseOffListPorts(readDataText("off-list-ports.tsv", options), dataFileContext(table, options));
}

/**
 * Reads the file.
 *
 * @throws InputError `bad_data_file` with file and line for a product that is none, a need that the list has already, and
 * whatever else cannot be right
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

/** The product whose canonical name this is; throws what `fail` makes of the problem otherwise. */
export function canonicalProduct(
  table: ServiceTable,
  name: string,
  fail: (problem: string) => Error,
): Product {
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
