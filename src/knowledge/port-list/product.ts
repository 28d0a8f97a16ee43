/** What a product is: something of Apple's, or what any vendor's software does, under one canonical name. */

/** Whether a name is a product of Apple's or stands for any vendor's software ("World Wide Web"). */
export type ProductKind = "apple" | "generic";

/**
 * Where its server stands. `service`: Apple runs it. `app`: it may be anybody's (Mail, FTP clients, macOS Server of a
 * customer). `local`: there is none but devices that talk to each other (AirDrop, Screen Sharing, printing).
 */
export type ProductRole = "service" | "app" | "local";

/** When a product was first there, as exact as it is known. */
export interface ProductBegin {
  /** "YYYY-MM-DD", "YYYY-MM" or "YYYY" (UTC); of a renamed product that of its oldest name. */
  readonly date: string;
  /** Who says so. */
  readonly source: string;
}

/** That a product is known to have ended, and how. */
export interface ProductEnd {
  /** The last day, month or year of which it can be said to have been there, in the form of {@link ProductBegin}. */
  readonly date: string;
  /** `closed`: its servers were switched off. `withdrawn`: no longer shipped or sold, while old copies run on. */
  readonly how: "closed" | "withdrawn";
  /** Who says so. */
  readonly source: string;
}

/** A product, of the list or beside it. One object per product: identity is equality. */
export interface Product {
  /** Canonical name, unique without regard to case among all names and aliases. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: ProductKind;
  readonly role: ProductRole;
  /** Name of the one family it belongs to. */
  readonly family: string;
  /** `null` where it is not known. */
  readonly begun: ProductBegin | null;
  /** `null` where the product lives, or where it is not known when it ended. */
  readonly ended: ProductEnd | null;
  /** The earliest second that `begun` allows, in seconds since 1970: a flow before it is none of the product's. */
  readonly begunAtSeconds: number | null;
  /** The first second behind those that `ended` allows, in seconds since 1970; `null` unless it was closed. */
  readonly closedAtSeconds: number | null;
  /** Named by a row of ports; else only by names, service types or processes (`data/off-list-products.tsv`). */
  readonly isListed: boolean;
}

/** A group of products, for answers where single products are ambiguous. */
export interface ProductFamily {
  readonly name: string;
  /** One line in words. */
  readonly description: string;
}

/** Products and families by name. Owned by the service table. */
export interface ProductCatalogue {
  /** Those that the list names, in the order of their file. */
  readonly products: readonly Product[];
  /** Families of those. */
  readonly families: readonly ProductFamily[];
  /** Lower-cased name or alias -> product, those beside the list included. */
  readonly byName: ReadonlyMap<string, Product>;
  /** Line of each product in its file, for errors found later. */
  readonly lineOf: ReadonlyMap<Product, number>;
}
