/** Rows of the list on which a Mac itself listens (`data/inbound.tsv`), and ended ones (`data/ended-ports.tsv`). */

import {
  canonicalProduct,
  type DataFileContext,
  type DataText,
  type OffListNeed,
} from "../knowledge/port-list/off-list-ports.ts";
import type { Product } from "../knowledge/port-list/product.ts";
import type { ServiceRow } from "../knowledge/port-list/service-row.ts";
import { badDataLine, parseTabTable } from "../knowledge/port-list/tab-table.ts";

/** Facts about ports beyond the list, checked against it. */
export interface PortNeeds {
  /** Row -> product -> why the Mac listens there for it. */
  readonly inbound: ReadonlyMap<ServiceRow, ReadonlyMap<Product, string>>;
  readonly offList: readonly OffListNeed[];
  /** Row -> current product that nothing answers there any more -> why. */
  readonly ended: ReadonlyMap<ServiceRow, ReadonlyMap<Product, string>>;
  /** Keys of `data/sources.tsv` that the rows cite. */
  readonly citedSources: ReadonlySet<string>;
}

const COLUMNS = ["port", "transport", "product", "reason", "source", "date"] as const;
const ENDED_COLUMNS = [...COLUMNS, "ended"] as const;
const DATE = /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/;

/** Reasons that a file gives for rows and products. */
type RowReasons = ReadonlyMap<ServiceRow, ReadonlyMap<Product, string>>;

/**
 * Parses `data/inbound.tsv`.
 *
 * @throws InputError `bad_data_file` with file and line for a row that is not on the list, a product that it does not
 * name, and any other error
 */
export function parseInbound(
  text: DataText,
  context: DataFileContext,
): Pick<PortNeeds, "inbound" | "citedSources"> {
  const { reasons, citedSources } = parseRowReasons(text, context, COLUMNS, "the reason is empty");
  return { inbound: reasons, citedSources };
}

/** Parses `data/ended-ports.tsv`. Throws like {@link parseInbound}, and for an invalid end date. */
export function parseEnded(
  text: DataText,
  context: DataFileContext,
): Pick<PortNeeds, "ended" | "citedSources"> {
  const { reasons, citedSources } = parseRowReasons(text, context, ENDED_COLUMNS, "the reason is empty");
  return { ended: reasons, citedSources };
}

function parseRowReasons(
  { text, source }: DataText,
  { table, sources, hasOwnRows }: DataFileContext,
  columns: readonly (typeof ENDED_COLUMNS)[number][],
  question: string,
): { readonly reasons: RowReasons; readonly citedSources: ReadonlySet<string> } {
  const found = new Map<ServiceRow, Map<Product, string>>();
  const citedSources = new Set<string>();
  for (const record of parseTabTable(text, source, { required: columns })) {
    const { line } = record;
    const cells: Readonly<Partial<Record<(typeof ENDED_COLUMNS)[number], string>>> = record.cells;
    const { port, transport, product: name = "", reason = "", ended } = cells;
    const fail = (problem: string) => badDataLine(source, line, problem);
    for (const key of sources.check(record, source)) citedSources.add(key);
    if (reason === "") throw fail(question);
    if (ended !== undefined && !DATE.test(ended)) throw fail(`"${ended}" is not a date YYYY[-MM[-DD]]`);
    const product = canonicalProduct(table, name, fail);
    const row = table.rows.find(
      ({ portText, transportText, products }) =>
        portText === port &&
        transportText === transport &&
        products.some((named) => named.product === product),
    );
    if (row === undefined) {
      if (hasOwnRows) continue;
      throw fail(`the list has no row ${port} ${transport} that names "${name}"`);
    }
    const reasons = found.get(row) ?? new Map<Product, string>();
    if (reasons.has(product)) throw fail(`"${name}" occurs twice for ${port}`);
    found.set(row, reasons.set(product, ended === undefined ? reason : `ended ${ended}: ${reason}`));
  }
  return { reasons: found, citedSources };
}
