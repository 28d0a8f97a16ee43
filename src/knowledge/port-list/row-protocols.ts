/**
 * Protocols of genuine traffic of the list's rows (`data/row-protocols.tsv`), by row number: what confirms a row, what
 * contradicts it, which end must be an Apple device, and which signs in the payload identify one of its products.
 */
import {
  PRODUCT_SIGNS,
  PROTOCOLS,
  type ProductSign,
  type Protocol,
} from "../../net/application-protocols.ts";
import { readTextFile } from "../../text-file.ts";
import { dataFolder } from "../data-folder.ts";
import type { Product } from "./product.ts";
import type { ServiceRow } from "./service-row.ts";
import { badDataLine, parseTabTable, type TabRecord } from "./tab-table.ts";

/** Effect of a sign: the product is a candidate only with it; the product is named because of it; or it is only a hint. */
export const SIGN_STRENGTHS = ["needed", "enough", "hint"] as const;

/** One of `SIGN_STRENGTHS`. */
export type SignStrength = (typeof SIGN_STRENGTHS)[number];

/** Which end of a flow must be an Apple device. */
export const APPLE_ENDS = ["client", "server", "either"] as const;

/** One of `APPLE_ENDS`. */
export type AppleEnd = (typeof APPLE_ENDS)[number];

/** A sign of one product of the row. */
export interface RowSign {
  /** Sign in the payload, or the protocol itself. */
  readonly sign: ProductSign | Protocol;
  readonly strength: SignStrength;
  readonly product: Product;
}

/** What is known about a row. Frozen. */
export interface RowProtocols {
  /** Protocols of its service; empty if none has a name, so that nothing confirms the row. */
  readonly protocols: readonly Protocol[];
  /** Protocols that are also legitimate there: an upgrade, a tunnel. */
  readonly also: readonly Protocol[];
  /** Whether any other protocol shows that a flow does not belong to the row. */
  readonly isContradicted: boolean;
  readonly appleEnd: AppleEnd;
  readonly signs: readonly RowSign[];
}

/** Where the data are loaded from. */
export interface RowProtocolsOptions {
  /** Another folder with the data files, ending in "/"; for tests of the checks. */
  readonly dataFolder?: URL | undefined;
}

const FILE = "data/row-protocols.tsv";
const COLUMNS = [
  "row",
  "port",
  "transport",
  "protocols",
  "also",
  "contradicted",
  "apple_end",
  "signs",
  "source",
  "date",
] as const;
type Column = (typeof COLUMNS)[number];

const NONE = "—";
const SEPARATOR = " | ";
const SIGN = /^(\S+) (\S+): (.+)$/;
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const SIGNS: readonly (ProductSign | Protocol)[] = [...PRODUCT_SIGNS, ...PROTOCOLS];

/**
 * Loads the data by the number of the row in the list, from 1; the user's own rows have none.
 *
 * @param table the unmodified list, without the user's own rows
 * @throws InputError `cannot_open` for a file that cannot be read, `bad_data_file` with file and line for an invalid value
 *   in it
 *
 * @example
 * ```ts
 * const ssh = loadRowProtocols(loadServiceTable()).get(4);
 * console.log(ssh?.protocols, ssh?.appleEnd); // [ 'ssh' ] either
 * ```
 */
export function loadRowProtocols(
  table: { readonly rows: readonly ServiceRow[] },
  options: RowProtocolsOptions = {},
): ReadonlyMap<number, RowProtocols> {
  const text = readTextFile(
    new URL(FILE.slice(FILE.indexOf("/") + 1), options.dataFolder ?? dataFolder()),
    FILE,
  );
  const rows = new Map<number, RowProtocols>();
  for (const record of parseTabTable(text, FILE, { required: COLUMNS })) {
    const { line, cells } = record;
    const number = rows.size + 1;
    if (cells.row !== String(number))
      throw badDataLine(FILE, line, `row "${cells.row}", ${number} comes next`);
    const row = table.rows[number - 1];
    if (row === undefined) throw badDataLine(FILE, line, `the list has no row ${number}`);
    if (row.portText !== cells.port || row.transportText !== cells.transport) {
      throw badDataLine(FILE, line, `row ${number} of the list is ${row.portText} ${row.transportText}`);
    }
    rows.set(number, Object.freeze(readRow(record, row)));
  }
  if (rows.size !== table.rows.length) {
    throw badDataLine(FILE, 1, `${rows.size} rows, the list has ${table.rows.length}`);
  }
  return rows;
}

function readRow({ line, cells }: TabRecord<Column>, row: ServiceRow): RowProtocols {
  const protocols = readNames(cells.protocols, PROTOCOLS, "protocol", line);
  const also = readNames(cells.also, PROTOCOLS, "protocol", line);
  const twice = also.find((protocol) => protocols.includes(protocol));
  if (twice !== undefined) throw badDataLine(FILE, line, `"${twice}" is in protocols and in also`);
  if (cells.contradicted !== "yes" && cells.contradicted !== "no") {
    throw badDataLine(FILE, line, `contradicted is "${cells.contradicted}", it must be yes or no`);
  }
  if (cells.source === "" || cells.source === NONE)
    throw badDataLine(FILE, line, "the source of the protocols is empty");
  if (!MONTH.test(cells.date)) throw badDataLine(FILE, line, `"${cells.date}" is not a date YYYY-MM`);
  const signs = splitCell(cells.signs, line).map((text) => readSign(text, row, line));
  for (const { sign } of signs) {
    const isOwn = (PRODUCT_SIGNS as readonly string[]).includes(sign);
    if (!isOwn && ![...protocols, ...also].some((protocol) => protocol === sign)) {
      throw badDataLine(FILE, line, `"${sign}" is a sign, but not a protocol of the row`);
    }
  }
  return {
    protocols,
    also,
    isContradicted: cells.contradicted === "yes",
    appleEnd: readName(cells.apple_end, APPLE_ENDS, "end", line),
    signs,
  };
}

function readSign(text: string, row: ServiceRow, line: number): RowSign {
  const [, sign, strength, name] = SIGN.exec(text) ?? [];
  if (name === undefined)
    throw badDataLine(FILE, line, `"${text}" is not "SIGN needed|enough|hint: PRODUCT"`);
  const named = row.products.find(({ product }) => product.name === name);
  if (named === undefined) throw badDataLine(FILE, line, `the row does not name the product "${name}"`);
  return {
    sign: readName(sign, SIGNS, "sign", line),
    strength: readName(strength, SIGN_STRENGTHS, "strength", line),
    product: named.product,
  };
}

function readNames<T extends string>(
  cell: string,
  known: readonly T[],
  what: string,
  line: number,
): readonly T[] {
  const names = splitCell(cell, line).map((name) => readName(name, known, what, line));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badDataLine(FILE, line, `"${twice}" occurs twice`);
  return names;
}

function readName<T extends string>(name: string, known: readonly T[], what: string, line: number): T {
  const found = known.find((one) => one === name);
  if (found === undefined)
    throw badDataLine(FILE, line, `${what} "${name}" is not one of ${known.join(", ")}`);
  return found;
}

function splitCell(cell: string, line: number): readonly string[] {
  if (cell === "") throw badDataLine(FILE, line, "a cell is empty: write — for none");
  return cell === NONE ? [] : cell.split(SEPARATOR);
}
