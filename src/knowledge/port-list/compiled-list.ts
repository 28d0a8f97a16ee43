/** Compiled form of the list, as written by the build: the parsed data files, with products by number. */
import { compiledData } from "../compiled-data.ts";
import type { Product, ProductFamily } from "./product.ts";
import type { RowProtocols, RowSign } from "./row-protocols.ts";
import type { RowProduct, ServiceRow } from "./service-row.ts";
import { ServiceTable } from "./service-table.ts";

/** Name in the compiled data. */
export const LIST_NAME = "list";

/** A type that refers to its product by number. */
type Numbered<T extends { readonly product: Product }> = Omit<T, "product"> & { readonly product: number };

/** A row with the protocols of its genuine traffic. */
interface CompiledRow {
  readonly row: Omit<ServiceRow, "products"> & { readonly products: readonly Numbered<RowProduct>[] };
  readonly protocols: (Omit<RowProtocols, "signs"> & { readonly signs: readonly Numbered<RowSign>[] }) | null;
}

/** A service table as plain JSON. */
export interface CompiledList {
  /** Products of the list, then off-list products, in file order. */
  readonly products: readonly Product[];
  readonly families: readonly ProductFamily[];
  readonly rows: readonly CompiledRow[];
  readonly dataDate: string;
}

/** Compiles the list, without user's own rows. */
export function compileList(table: ServiceTable): CompiledList {
  const products = [...table.products, ...table.offListProducts];
  const numbers = new Map(products.map((product, number) => [product, number]));
  const numbered = <T extends { readonly product: Product }>(one: T): Numbered<T> => {
    const number = numbers.get(one.product);
    if (number === undefined) throw new Error(`${one.product.name} is not a product of the table`);
    return { ...one, product: number };
  };
  return {
    products,
    families: table.families,
    rows: table.rows.map((row) => {
      const protocols = table.protocolsOf(row);
      return {
        row: { ...row, products: row.products.map(numbered) },
        protocols: protocols && { ...protocols, signs: protocols.signs.map(numbered) },
      };
    }),
    dataDate: table.dataDate,
  };
}

/** Reads the compiled list; null if there is none. */
export function readCompiledList(): ServiceTable | null {
  const compiled = compiledData(LIST_NAME) as CompiledList | null;
  return compiled && reviveList(compiled);
}

/** Creates the table of a compiled list; takes ownership of its objects. */
export function reviveList({ products, families, rows, dataDate }: CompiledList): ServiceTable {
  const byName = new Map<string, Product>();
  for (const product of products) {
    Object.freeze(product);
    byName.set(product.name.toLowerCase(), product);
    for (const alias of product.aliases) byName.set(alias.toLowerCase(), product);
  }
  const named = <T extends { readonly product: number }>(one: T) =>
    Object.freeze({ ...one, product: products[one.product] });
  const protocolsOf = new Map<ServiceRow, RowProtocols>();
  const serviceRows = rows.map((compiled) => {
    const row: ServiceRow = Object.freeze({ ...compiled.row, products: compiled.row.products.map(named) });
    const { protocols } = compiled;
    if (protocols !== null) {
      protocolsOf.set(row, Object.freeze({ ...protocols, signs: protocols.signs.map(named) }));
    }
    return row;
  });
  const listed = products.filter(({ isListed }) => isListed);
  return new ServiceTable(serviceRows, listed, families, byName, dataDate, protocolsOf);
}
