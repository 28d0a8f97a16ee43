/** The evidence rows of the package, and their compiled form. */
import { InputError } from "../../errors.ts";
import { compiledData } from "../compiled-data.ts";
import type { Product } from "../port-list/product.ts";
import type { BonjourRule } from "./bonjour-rules.ts";
import type { DeviceSignRule } from "./device-signs.ts";
import type { DocumentedNetwork } from "./documented-networks.ts";
import type { HostRule } from "./host-rules.ts";
import type { InfrastructureRule } from "./infrastructure-ports.ts";
import type { IpPrefix } from "./ip-prefix.ts";
import type { ProcessRule } from "./process-rules.ts";
import type { ProtocolSignRule } from "./protocol-signs.ts";
import type { SpecialDomain } from "./special-domains.ts";

/** Finds products by canonical name or alias, ignoring case; a `ServiceTable` is one. */
export interface ProductFinder {
  product(name: string): Product | null;
}

/** Rows by kind, each in file order. */
export interface EvidenceRows {
  readonly hosts: readonly HostRule[];
  readonly networks: readonly IpPrefix[];
  readonly documentedNetworks: readonly DocumentedNetwork[];
  readonly serviceTypes: readonly BonjourRule[];
  readonly processes: readonly ProcessRule[];
  readonly protocolSigns: readonly ProtocolSignRule[];
  readonly specialDomains: readonly SpecialDomain[];
  readonly infrastructure: readonly InfrastructureRule[];
  readonly deviceSigns: readonly DeviceSignRule[];
  /** 24-bit prefixes. */
  readonly appleHardware: readonly number[];
}

/** Rows that are read on first use, and the products that they name. */
export interface PackageRows {
  readonly products: readonly Product[];
  rows<Kind extends keyof EvidenceRows>(kind: Kind): EvidenceRows[Kind];
}

/** The products that rows name, without duplicates. */
export function productsOf(rows: EvidenceRows): readonly Product[] {
  const { hosts, serviceTypes, processes, protocolSigns, documentedNetworks } = rows;
  const naming = [hosts, serviceTypes, processes, protocolSigns, documentedNetworks].flat();
  return [...new Set(naming.flatMap(({ products }) => products))];
}

/** Compiled name of the product names; rows are compiled under the name of their kind. */
const PRODUCTS_NAME = "evidence-products";

/** Yields the compiled form of rows: name and value. Rows refer to products by number. */
export function* compileRows(rows: EvidenceRows): Generator<readonly [string, unknown]> {
  const products = productsOf(rows);
  yield [PRODUCTS_NAME, products.map(({ name }) => name)];
  const numbers = new Map(products.map((product, number) => [product, number]));
  for (const [kind, all] of Object.entries(rows)) {
    yield [
      kind,
      all.map((row: object | number) =>
        hasProducts(row) ? { ...row, products: row.products.map((one) => numbers.get(one as Product)) } : row,
      ),
    ];
  }
}

/**
 * Returns the compiled rows, or null if there are none.
 *
 * @param read returns the value of a name, which becomes owned by the rows
 * @throws InputError `bad_data_file` if the catalogue lacks a product that they name
 */
export function compiledRows(catalogue: ProductFinder, read = compiledData): PackageRows | null {
  const names = read(PRODUCTS_NAME) as readonly string[] | null;
  if (names === null) return null;
  const products = names.map((name) => {
    const product = catalogue.product(name);
    if (product?.name === name) return product;
    throw new InputError("bad_data_file", `"${name}" is not the canonical name of a product`, {});
  });
  return {
    products,
    rows: <Kind extends keyof EvidenceRows>(kind: Kind) => {
      const rows = read(kind) as readonly unknown[];
      for (const row of rows) {
        if (hasProducts(row)) row.products = row.products.map((number) => products[number as number]);
      }
      return rows as EvidenceRows[Kind];
    },
  };
}

function hasProducts(row: unknown): row is { products: readonly (Product | number)[] } {
  return typeof row === "object" && row !== null && "products" in row;
}
