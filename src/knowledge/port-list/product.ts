/** A product: an Apple product, or what software of any vendor does, under one canonical name. */

/** Whether a name is an Apple product or stands for any vendor's software ("World Wide Web"). */
export type ProductKind = "apple" | "generic";

/**
 * Who runs its servers. `service`: Apple. `app`: anybody (Mail, FTP clients, a customer's macOS Server). `local`: nobody;
 * devices communicate directly (AirDrop, Screen Sharing, printing).
 */
export type ProductRole = "service" | "app" | "local";

/** When a product was introduced, as exact as is known. */
export interface ProductBegin {
  /** "YYYY-MM-DD", "YYYY-MM" or "YYYY" (UTC); for a renamed product, the date of its oldest name. */
  readonly date: string;
  /** Source of the date. */
  readonly source: string;
}

/** The known end of a product. */
export interface ProductEnd {
  /** The last day, month or year in which it certainly existed, in the form of {@link ProductBegin}. */
  readonly date: string;
  /** `closed`: its servers were shut down. `withdrawn`: no longer shipped or sold, while existing copies still run. */
  readonly how: "closed" | "withdrawn";
  /** Source of the date. */
  readonly source: string;
}

/** A product, on the list or off it. One object per product: compare by identity. */
export interface Product {
  /** Canonical name, unique among all names and aliases, ignoring case. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: ProductKind;
  readonly role: ProductRole;
  /** Name of the one family it belongs to. */
  readonly family: string;
  /** `null` if unknown. */
  readonly begun: ProductBegin | null;
  /** `null` if the product still exists, or if its end is unknown. */
  readonly ended: ProductEnd | null;
  /** The earliest second that `begun` allows, in seconds since 1970: an earlier flow cannot belong to the product. */
  readonly begunAtSeconds: number | null;
  /** The first second after those that `ended` allows, in seconds since 1970; `null` unless it was closed. */
  readonly closedAtSeconds: number | null;
  /** Whether a port row names it; otherwise only names, service types or processes do (`data/off-list-products.tsv`). */
  readonly isListed: boolean;
}

/** A group of products, for results where single products are ambiguous. */
export interface ProductFamily {
  readonly name: string;
  /** One-line description. */
  readonly description: string;
}

/** Products and families by name. Owned by the service table. */
export interface ProductCatalogue {
  /** Products that the list names, in file order. */
  readonly products: readonly Product[];
  /** Families of these products. */
  readonly families: readonly ProductFamily[];
  /** Lower-cased name or alias -> product, including off-list products. */
  readonly byName: ReadonlyMap<string, Product>;
  /** Line of each product in its file, for errors found later. */
  readonly lineOf: ReadonlyMap<Product, number>;
}
