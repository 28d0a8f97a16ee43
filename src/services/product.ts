/**
 * The catalogue of products: what the "Used by" column of the list names, each under one canonical name, and the
 * families that group them. Read from `data/products.tsv` and `data/families.tsv`.
 */

import { badDataLine, parseTabTable } from "./tab-table.ts";

/** Whether a name is a product of Apple's or stands for any vendor's software ("World Wide Web"). */
export type ProductKind = "apple" | "generic";

/** That a product is known to have ended. */
export interface Retirement {
  /** The first day (UTC, "YYYY-MM-DD") on which it was gone. */
  readonly date: string;
  /** Who says so. */
  readonly source: string;
}

/** A product of the list. One object per product: identity is equality. */
export interface Product {
  /** Canonical name, unique without regard to case among all names and aliases. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: ProductKind;
  /** Name of the one family it belongs to. */
  readonly family: string;
  /** `null` where the product lives, or where the day of its end is not known. */
  readonly retired: Retirement | null;
  /** `retired.date` at 00:00 UTC in seconds since 1970, to compare with the start of a flow. */
  readonly retiredAtSeconds: number | null;
}

/** A group of products, for answers where single products are ambiguous. */
export interface ProductFamily {
  readonly name: string;
  /** One line in words. */
  readonly description: string;
}

/** Products and families by name. Owned by the service table. */
export interface ProductCatalogue {
  /** In the order of the file. */
  readonly products: readonly Product[];
  readonly families: readonly ProductFamily[];
  /** Lower-cased name or alias -> product. */
  readonly byName: ReadonlyMap<string, Product>;
  /** Line of each product in its file, for errors found later. */
  readonly lineOf: ReadonlyMap<Product, number>;
}

const PRODUCT_COLUMNS = [
  "product",
  "kind",
  "family",
  "aliases",
  "retired",
  "retired_source",
  "note",
] as const;
const FAMILY_COLUMNS = ["family", "description"] as const;
const NOTHING = "—";

/**
 * @param productsSource and `familiesSource`: names of the files, for errors only
 * @throws InputError `bad_data_file` with file and line for an unknown family or kind, a name that stands twice,
 * a date that is none, a family without a product
 */
export function parseCatalogue(
  productsText: string,
  familiesText: string,
  productsSource: string,
  familiesSource: string,
): ProductCatalogue {
  const familyLines = new Map<string, number>();
  const families: ProductFamily[] = [];
  for (const { line, cells } of parseTabTable(familiesText, familiesSource, { required: FAMILY_COLUMNS })) {
    if (cells.family === "" || cells.description === "") {
      throw badDataLine(familiesSource, line, "a family needs a name and a description");
    }
    if (familyLines.has(cells.family)) {
      throw badDataLine(familiesSource, line, `family "${cells.family}" stands twice`);
    }
    familyLines.set(cells.family, line);
    families.push({ name: cells.family, description: cells.description });
  }

  const products: Product[] = [];
  const byName = new Map<string, Product>();
  const lineOf = new Map<Product, number>();
  for (const { line, cells } of parseTabTable(productsText, productsSource, { required: PRODUCT_COLUMNS })) {
    const fail = (problem: string) => badDataLine(productsSource, line, problem);
    if (cells.product === "" || cells.product === NOTHING) throw fail("a product needs a name");
    if (cells.kind !== "apple" && cells.kind !== "generic") {
      throw fail(`kind "${cells.kind}" is neither apple nor generic`);
    }
    if (!familyLines.has(cells.family)) throw fail(`unknown family "${cells.family}"`);
    if ((cells.retired === NOTHING) !== (cells.retired_source === NOTHING)) {
      throw fail("a retirement needs both a date and a source");
    }
    const retiredAtSeconds = cells.retired === NOTHING ? null : parseDay(cells.retired);
    if (Number.isNaN(retiredAtSeconds)) throw fail(`"${cells.retired}" is not a date YYYY-MM-DD`);
    const product: Product = Object.freeze({
      name: cells.product,
      aliases: Object.freeze(cells.aliases === NOTHING ? [] : cells.aliases.split(" | ")),
      kind: cells.kind,
      family: cells.family,
      retired:
        cells.retired === NOTHING
          ? null
          : Object.freeze({ date: cells.retired, source: cells.retired_source }),
      retiredAtSeconds,
    });
    // Two spellings of one name that differ in case only need no alias: names are found without regard to case.
    const ownNames = new Set([product.name, ...product.aliases].map((name) => name.toLowerCase()));
    for (const name of ownNames) {
      if (name.trim() === "") throw fail("an alias is empty");
      const other = byName.get(name);
      if (other !== undefined) throw fail(`"${name}" already names "${other.name}"`);
      byName.set(name, product);
    }
    products.push(product);
    lineOf.set(product, line);
  }
  for (const [family, line] of familyLines) {
    if (!products.some((product) => product.family === family)) {
      throw badDataLine(familiesSource, line, `family "${family}" has no product`);
    }
  }
  return { products, families, byName, lineOf };
}

/** 00:00 UTC of "YYYY-MM-DD" in seconds since 1970, `NaN` for anything else (2019-02-30 included). */
function parseDay(text: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return Number.NaN;
  const [year, month, day] = match.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  // A day that the month does not have rolls over into the next one.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 1000 : Number.NaN;
}
