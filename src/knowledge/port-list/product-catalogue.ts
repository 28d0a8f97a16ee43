/**
 * Parses the product catalogue: products in the "Used by" column of the list (`data/products.tsv`), products that are not on
 * the list but are identified by names, service types or processes (`data/off-list-products.tsv`), and product families
 * (`data/families.tsv`).
 */

import type { DataSources } from "./data-sources.ts";
import type { Product, ProductCatalogue, ProductFamily, ProductKind, ProductRole } from "./product.ts";
import { readProductTimes, TIME_COLUMNS, type TimeColumn } from "./product-times.ts";
import { badDataLine, parseTabTable, type TabRecord } from "./tab-table.ts";

/** A data file: its content, and its name for errors. */
export interface DataText {
  readonly text: string;
  readonly source: string;
}

/** The files of the catalogue. */
export interface CatalogueTexts {
  readonly products: DataText;
  readonly offListProducts: DataText;
  readonly families: DataText;
}

const NAME_COLUMNS = ["product", "kind", "role", "family", "aliases"] as const;
const PRODUCT_COLUMNS = [...NAME_COLUMNS, ...TIME_COLUMNS, "note"] as const;
const OFF_LIST_COLUMNS = [...NAME_COLUMNS, ...TIME_COLUMNS, "source", "date", "note"] as const;
const FAMILY_COLUMNS = ["family", "description"] as const;
const NOTHING = "—";

type NameColumn = (typeof NAME_COLUMNS)[number];

/**
 * @param sources sources that off-list products may cite
 * @throws InputError `bad_data_file` with file and line for an unknown family, kind or role, a duplicate name, an invalid
 *   date, an unknown source, a family without a product
 */
export function parseCatalogue(texts: CatalogueTexts, sources: DataSources): ProductCatalogue {
  const families = parseFamilies(texts.families);
  const byName = new Map<string, Product>();
  const lineOf = new Map<Product, number>();
  const add = (file: DataText, line: number, product: Product) => {
    addNames(byName, product, (problem) => badDataLine(file.source, line, problem));
    lineOf.set(product, line);
    return product;
  };

  const { products: listFile, offListProducts: offListFile } = texts;
  const products = parseTabTable(listFile.text, listFile.source, { required: PRODUCT_COLUMNS }).map(
    (record) => {
      const { line } = record;
      const fail = (problem: string) => badDataLine(listFile.source, line, problem);
      const named = readProduct(record, families, fail);
      return add(listFile, line, Object.freeze({ ...named, isListed: true }));
    },
  );
  const offList = parseTabTable(offListFile.text, offListFile.source, { required: OFF_LIST_COLUMNS }).map(
    (record) => {
      const fail = (problem: string) => badDataLine(offListFile.source, record.line, problem);
      const named = readProduct(record, families, fail);
      sources.check(record, offListFile.source);
      return add(offListFile, record.line, Object.freeze({ ...named, isListed: false }));
    },
  );

  const familiesWith = (some: readonly Product[]) => new Set(some.map(({ family }) => family));
  const used = familiesWith([...products, ...offList]);
  for (const [name, { line }] of families) {
    if (!used.has(name)) throw badDataLine(texts.families.source, line, `family "${name}" has no product`);
  }
  const ofList = familiesWith(products);
  return {
    products,
    families: [...families.values()].map(({ family }) => family).filter(({ name }) => ofList.has(name)),
    byName,
    lineOf,
  };
}

function parseFamilies({
  text,
  source,
}: DataText): ReadonlyMap<string, { readonly family: ProductFamily; readonly line: number }> {
  const families = new Map<string, { family: ProductFamily; line: number }>();
  for (const { line, cells } of parseTabTable(text, source, { required: FAMILY_COLUMNS })) {
    if (cells.family === "" || cells.description === "") {
      throw badDataLine(source, line, "a family needs a name and a description");
    }
    if (families.has(cells.family)) throw badDataLine(source, line, `family "${cells.family}" occurs twice`);
    families.set(cells.family, { family: { name: cells.family, description: cells.description }, line });
  }
  return families;
}

/** Reads the columns that both product files share. */
function readProduct(
  { cells }: TabRecord<NameColumn | TimeColumn>,
  families: ReadonlyMap<string, unknown>,
  fail: (problem: string) => Error,
): Omit<Product, "isListed"> {
  if (cells.product === "" || cells.product === NOTHING) throw fail("a product needs a name");
  if (!isKind(cells.kind)) throw fail(`kind "${cells.kind}" is neither apple nor generic`);
  if (!isRole(cells.role)) throw fail(`role "${cells.role}" is not one of service, app, local`);
  if (!families.has(cells.family)) throw fail(`unknown family "${cells.family}"`);
  return {
    name: cells.product,
    aliases: Object.freeze(cells.aliases === NOTHING ? [] : cells.aliases.split(/\s*\|\s*/)),
    kind: cells.kind,
    role: cells.role,
    family: cells.family,
    ...readProductTimes(cells, fail),
  };
}

function isKind(text: string): text is ProductKind {
  return text === "apple" || text === "generic";
}

function isRole(text: string): text is ProductRole {
  return text === "service" || text === "app" || text === "local";
}

function addNames(byName: Map<string, Product>, product: Product, fail: (problem: string) => Error): void {
  // Spellings of a name that differ only in case need no alias: lookup ignores case.
  for (const name of new Set([product.name, ...product.aliases].map((name) => name.toLowerCase()))) {
    if (name.trim() === "") throw fail("an alias is empty");
    const other = byName.get(name);
    if (other !== undefined) throw fail(`"${name}" already names "${other.name}"`);
    byName.set(name, product);
  }
}
